// SPDX-License-Identifier: GPL-2.0
/*
 * Finding -> words: see report.h.
 */
#include "report.h"

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "slubwatch.h"

/**
 * struct text - a report being written
 * @buf:	SLW_REPORT_SIZE bytes
 * @len:	bytes written
 */
struct text {
	char *buf;
	size_t len;
};

static __printf(2, 3) void say(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += vscnprintf(t->buf + t->len, SLW_REPORT_SIZE - t->len, fmt,
			     args);
	va_end(args);
}

static const char *kind_sentence(enum slubwatch_kind kind)
{
	static const char *const sentences[] = {
#define KIND_TEXT(id, name, text)	[SLUBWATCH_KIND_##id] = text,
		SLUBWATCH_KINDS(KIND_TEXT)
#undef KIND_TEXT
	};

	return kind < ARRAY_SIZE(sentences) ? sentences[kind] : "?";
}

/*
 * A word found in memory: what is an address of the direct map is printed as
 * one, so that it is hashed; anything else is data and shown as it is.
 */
static void say_word(struct text *t, const char *name, unsigned long word)
{
	if (virt_addr_valid((void *)word))
		say(t, "  %-9s %p\n", name, (void *)word);
	else
		say(t, "  %-9s 0x%016lx\n", name, word);
}

static void say_place(struct text *t, const struct slubwatch_finding *f)
{
	say(t, "  list      %s", slubwatch_place_name(f->place));
	if (f->cpu >= 0)
		say(t, " of cpu %d\n", f->cpu);
	else
		say(t, " of node %d\n", f->node);
}

static void say_cache(struct text *t, const struct slubwatch_finding *f)
{
	say(t, "  cache     %s: size %u, object_size %u, offset %u\n",
	    f->cache, f->slot, f->object_size, f->offset);
}

static void say_slab(struct text *t, const struct slubwatch_finding *f)
{
	if (f->slab)
		say(t, "  slab      %p (order %u, inuse %u of %u objects, struct %p)\n",
		    (void *)f->slab, f->order, f->inuse, f->objects,
		    (void *)f->page);
	else if (f->page)
		say(t, "  slab      none (struct %p)\n", (void *)f->page);
}

static void say_object(struct text *t, const struct slubwatch_finding *f)
{
	if (f->object && f->index >= 0)
		say(t, "  object    %p (number %d of the slab)\n",
		    (void *)f->object, f->index);
	else if (f->object)
		say(t, "  at        %p\n", (void *)f->object);
}

/* Kinds whose raw word is a count and not a pointer. */
static bool is_number(enum slubwatch_kind kind)
{
	return kind == SLUBWATCH_KIND_OBJECTS ||
	       kind == SLUBWATCH_KIND_FROZEN ||
	       kind == SLUBWATCH_KIND_MARK ||
	       kind == SLUBWATCH_KIND_WRONG_NODE ||
	       kind == SLUBWATCH_KIND_LIST_COUNT ||
	       kind == SLUBWATCH_KIND_SHEAF_SIZE;
}

static void say_values(struct text *t, const struct slubwatch_finding *f)
{
	if (is_number(f->kind)) {
		say(t, "  found     %ld, expected %ld\n", f->raw, f->expected);
		return;
	}
	if (f->kind == SLUBWATCH_KIND_COUNT && f->inuse > f->objects) {
		say(t, "  found     %u in use, expected at most %u\n", f->inuse,
		    f->objects);
		return;
	}
	if (f->kind == SLUBWATCH_KIND_COUNT) {
		say(t, "  found     %u free objects, expected %u\n", f->found,
		    f->objects - f->inuse);
		return;
	}
	say_word(t, "raw", f->raw);
	if (f->decoded != f->raw)
		say_word(t, "decoded", f->decoded);
	if (f->expected)
		say_word(t, "expected", f->expected);
}

static void say_notes(struct text *t, const struct slubwatch_finding *f)
{
	u32 i;

	for (i = 0; i < f->nr_notes; i++)
		say(t, "  %-9s %s\n", i ? "" : "damage", f->notes[i]);
}

static void say_dump(struct text *t, const struct slubwatch_finding *f)
{
	char line[80];
	u32 i;

	for (i = 0; i < f->dump_len; i += 16) {
		hex_dump_to_buffer(&f->dump[i], min(16u, f->dump_len - i), 16,
				   8, line, sizeof(line), true);
		say(t, "  %+6ld  %s\n",
		    (long)(f->dump_start + i - f->object), line);
	}
}

size_t slw_report_render(const struct slubwatch_finding *f, char *buf)
{
	struct text t = { .buf = buf };

	say(&t, "slubwatch: finding %u: %s in %s\n", f->seq,
	    slubwatch_kind_name(f->kind), f->cache);
	say(&t, "  %s\n", kind_sentence(f->kind));
	say_place(&t, f);
	say_cache(&t, f);
	say_slab(&t, f);
	say_object(&t, f);
	say_values(&t, f);
	say_notes(&t, f);
	say(&t, "  seen      %u time%s, first %llu.%03llu s after boot\n",
	    f->times, f->times == 1 ? "" : "s", f->time_ns / NSEC_PER_SEC,
	    f->time_ns % NSEC_PER_SEC / NSEC_PER_MSEC);
	say_dump(&t, f);
	return t.len;
}

/*
 * Line by line: a record of the log holds less than a report, and each must say
 * whose it is.
 */
static void log_lines(char *buf)
{
	char *line;

	while ((line = strsep(&buf, "\n")))
		if (*line)
			pr_err("%s%s\n", *line == ' ' ? "slubwatch:" : "", line);
}

void slw_report_log(const struct slubwatch_finding *f)
{
	static DEFINE_RATELIMIT_STATE(limit, 10 * HZ, 10);
	static DEFINE_MUTEX(lock);
	static char buf[SLW_REPORT_SIZE];

	if (__ratelimit(&limit)) {
		mutex_lock(&lock);
		slw_report_render(f, buf);
		log_lines(buf);
		mutex_unlock(&lock);
	}
	add_taint(TAINT_BAD_PAGE, LOCKDEP_NOW_UNRELIABLE);
}

void slw_report_brief(const struct slubwatch_finding *f)
{
	pr_emerg("slubwatch: finding %u: %s in %s, %s, object %p, raw %#lx\n",
		 f->seq, slubwatch_kind_name(f->kind), f->cache,
		 slubwatch_place_name(f->place), (void *)f->object, f->raw);
}
