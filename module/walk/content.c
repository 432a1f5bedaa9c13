// SPDX-License-Identifier: GPL-2.0
/*
 * Does a free object hold what it must?  See content.h.
 *
 * Looked at are objects that were met on a sound chain, or in a sheaf, under
 * the lock that holds the chain or the sheaf still.  An object is filled before
 * it is put there: by slab_free_hook() and free_debug_processing() before the
 * push, by setup_object() before a new slab is put on any list; and it is taken
 * off before it is filled anew (alloc_debug_processing()).  SLUB writes to the
 * free pointer meanwhile and to nothing else; it is left out.
 */
#include "walk/content.h"

#include <linux/slab.h>
#include <linux/string.h>

#include "core/fill.h"
#include "core/freelist.h"
#include "counters.h"
#include "memory/cache.h"
#include "memory/learned.h"
#include "memory/maccess.h"
#include "walk/scan.h"
#include "watch/remember.h"
#include "watch/watch.h"

/* No such flag before 6.1, and nothing that depends on it. */
#ifndef SLAB_KMALLOC
#define SLAB_KMALLOC	0
#endif

/**
 * struct look - one look at one object
 * @scan:	the scan
 * @c:		the cache
 * @s:		the slab
 * @object:	the object
 * @met:	objects that were met on the same list, NULL for a sheaf's entry
 */
struct look {
	struct slw_scan *scan;
	struct slw_cache *c;
	const struct slw_slab *s;
	unsigned long object;
	const unsigned long *met;
};

/*
 * Objects that may be written to while they are free: in a slab of
 * SLAB_TYPESAFE_BY_RCU readers may still take a lock.  What a constructor made
 * stays, and is nobody's to foretell.
 */
static u32 promises_of(const struct slw_cache *c, u32 flags, bool ctor)
{
	bool typesafe = flags & (__force u32)SLAB_TYPESAFE_BY_RCU;
	/*
	 * Since v6.18 kmalloc_nolock() and kfree_nolock() take and give back
	 * objects of these without a word, the latter without wiping them.
	 */
	bool nolock = slw_has_cap(SLW_CAP_SHEAVES) &&
		      flags & (__force u32)SLAB_KMALLOC;
	u32 promises = 0;

	if (c->g.debug && slw_learned.no_red_zones)
		return 0;	/* 5.10 without slub_debug=: flags of no effect */
	if (flags & (__force u32)SLAB_RED_ZONE)
		promises |= SLW_PROMISE_RED;
	if (ctor || typesafe)
		return promises;
	if (flags & (__force u32)SLAB_POISON)
		promises |= SLW_PROMISE_POISON;
	if (!c->g.debug && slw_learned.init_on_free && !nolock)
		promises |= SLW_PROMISE_ZERO;
	if (!c->g.debug && c->watched && !nolock && slw_watch_remembers())
		promises |= SLW_PROMISE_KEEP;
	return promises;
}

void slw_content_begin(struct slw_cache *c, bool asked)
{
	const typeof(slw_layout.cache) *l = &slw_layout.cache;
	unsigned long s = (unsigned long)c->s, ctor;
	u32 flags;

	c->promises = 0;
	/* KASAN keeps notes of its own in free objects. */
	if (!asked || IS_ENABLED(CONFIG_KASAN) || !slw_has(l->inuse) ||
	    !slw_has(l->ctor) || !slw_read_u32(s + l->flags, &flags) ||
	    !slw_read_u32(s + l->inuse, &c->inuse) ||
	    !slw_read_long(s + l->ctor, &ctor) ||
	    c->inuse < c->g.object_size || c->inuse > c->g.size)
		return;
	c->promises = promises_of(c, flags, ctor);
}

/* Copy a part of the object, with its free pointer, if in it, set to @byte. */
static bool read_part(const struct look *look, s32 from, u32 len, u8 byte)
{
	s32 slot = (s32)look->c->g.offset, at;
	u8 *buf = look->scan->content;

	if (!slw_read(buf, look->object + from, len))
		return false;
	for (at = max(slot, from);
	     at < min_t(s32, slot + sizeof(long), from + (s32)len); at++)
		buf[at - from] = byte;
	return true;
}

/*
 * Where the first byte is that is not what it ought to be; @fill->to if none.
 * False when it could not be read.
 */
static bool find_other(const struct look *look, const struct slw_fill *fill,
		       s32 *at)
{
	const u8 *buf = look->scan->content, *other;
	s32 from, len;

	for (from = fill->from; from < fill->to; from += len) {
		len = min_t(s32, fill->to - from, SLW_REMEMBER_BYTES);
		if (!read_part(look, from, len, fill->byte))
			return false;
		other = memchr_inv(buf, fill->byte, len);
		if (other) {
			*at = from + (s32)(other - buf);
			return true;
		}
	}
	*at = fill->to;
	return true;
}

static unsigned long read_word(const struct look *look, s32 at)
{
	unsigned long word;

	slw_read_long(look->object + round_down(at, (s32)sizeof(word)), &word);
	return word;
}

static void record(const struct look *look, enum slubwatch_kind kind, s32 at,
		   unsigned long raw, unsigned long expected)
{
	struct slw_verdict v = {
		.outcome = SLW_SUSPECT,
		.kind = kind,
		.object = look->object,
		.raw = raw,
		.decoded = raw,
		.expected = expected,
		.at = at,
	};
	bool of_cpu = look->scan->place == SLUBWATCH_PLACE_CPU_FREELIST;

	look->scan->met[of_cpu ? SLW_SCENE_CPU_LIST : SLW_SCENE_FREELIST] =
		look->met;
	slw_scan_record(look->scan, look->c, look->s, &v);
}

/* False when the object could not be read, here and below. */
static bool check_fills(const struct look *look)
{
	struct slw_fill fills[SLW_FILLS];
	unsigned long word;
	unsigned int n, i;
	s32 at, again;

	n = slw_fills(&look->c->g, look->c->inuse, look->c->promises, fills);
	for (i = 0; i < n; i++) {
		if (!find_other(look, &fills[i], &at))
			return false;
		if (at == fills[i].to)
			continue;
		word = read_word(look, at);
		if (!find_other(look, &fills[i], &again))
			return false;
		if (again == at)
			record(look, fills[i].kind, at, word,
			       slw_fill_word(fills, n,
					     round_down(at, (s32)sizeof(word)),
					     word));
		else
			slw_count(SLW_COUNT_CONTENT_UNDECIDED, 1);
		return true;
	}
	return true;
}

static s32 first_difference(const u8 *was, const u8 *is, u32 len)
{
	u32 i;

	for (i = 0; i < len && was[i] == is[i]; i++)
		;
	return (s32)i;
}

/* All that changed is zero now: see remember.h. */
static bool is_wiped(const u8 *was, const u8 *is, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (was[i] != is[i] && is[i])
			return false;
	return true;
}

static unsigned long word_of(const u8 *bytes, s32 at)
{
	unsigned long word;

	memcpy(&word, bytes + round_down(at, (s32)sizeof(word)), sizeof(word));
	return word;
}

/*
 * Asked again once the difference was seen: whoever allocated the object before
 * was told of before, whatever this CPU read first.
 */
static bool check_kept(const struct look *look)
{
	u32 len = min_t(u32, round_down(look->c->g.object_size, sizeof(long)),
			SLW_REMEMBER_BYTES);
	const u8 *was, *is = look->scan->content;
	u32 sweep = look->scan->sweep;
	bool wiped;
	s32 at;

	if (!len)
		return true;
	if (!read_part(look, 0, len, 0))
		return false;
	was = slw_remembered(look->object, look->s->page);
	if (!was || !memcmp(was, is, len)) {
		slw_remember(look->object, look->s->page, is, len, sweep);
		return true;
	}
	at = first_difference(was, is, len);
	wiped = is_wiped(was, is, len);
	if (!wiped && !read_part(look, 0, len, 0))
		return false;
	if (!wiped && first_difference(was, is, len) == at &&
	    slw_remembered(look->object, look->s->page) == was) {
		record(look, SLUBWATCH_KIND_WRITTEN, at, word_of(is, at),
		       word_of(was, at));
		return true;
	}
	slw_count(SLW_COUNT_CONTENT_UNDECIDED, 1);
	slw_remember(look->object, look->s->page, is, len, sweep);
	return true;
}

/* What was found in it before is not over, as long as it cannot be read. */
static void check(const struct look *look)
{
	if (check_fills(look) &&
	    (!(look->c->promises & SLW_PROMISE_KEEP) || check_kept(look))) {
		slw_count(SLW_COUNT_CONTENT, 1);
		return;
	}
	slw_count(SLW_COUNT_UNREADABLE, 1);
	look->c->content_cut = true;
}

/* One object; false when the window is over. */
static bool look_at(const struct look *look)
{
	if (slw_window_over(&look->scan->window)) {
		slw_count(SLW_COUNT_CONTENT_LEFT_OUT, 1);
		look->c->content_cut = true;
		return false;
	}
	check(look);
	return true;
}

void slw_content_slab(struct slw_scan *scan, struct slw_cache *c,
		      const struct slw_slab *s, const unsigned long *seen)
{
	struct look look = { .scan = scan, .c = c, .s = s, .met = seen };
	u32 i, index;

	if (!c->promises)
		return;
	for (i = 0; i < s->objects; i++) {
		/* Begins elsewhere each time: a window may be too short for all. */
		index = (scan->sweep + i) % s->objects;
		if (!slw_seen(seen, index))
			continue;
		look.object = s->base + c->g.red_left + index * c->g.size;
		if (!look_at(&look))
			return;
	}
}

void slw_content_entry(struct slw_scan *scan, struct slw_cache *c,
		       const struct slw_slab *s, unsigned long object)
{
	struct look look = {
		.scan = scan, .c = c, .s = s, .object = object,
	};

	if (c->promises)
		look_at(&look);
}
