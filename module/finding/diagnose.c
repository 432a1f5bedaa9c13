// SPDX-License-Identifier: GPL-2.0
/*
 * Finding -> diagnosis: see diagnose.h.
 */
#include "finding/diagnose.h"

#include <linux/kernel.h>

#include "core/classify.h"
#include "core/recur.h"
#include "finding/finding.h"
#include "finding/point.h"
#include "slubwatch.h"

/*
 * Which word it is, as an address, or, where that is not known, as a number that
 * nothing else has: a list's word, by its cache and its CPU.
 */

static unsigned long in_slab_head(const struct slubwatch_finding *f)
{
	return f->page;
}

static unsigned long in_list(const struct slubwatch_finding *f)
{
	return f->kmem_cache + 1 + (unsigned long)f->cpu;
}

static unsigned long at_object(const struct slubwatch_finding *f)
{
	return f->object;
}

/**
 * struct damaged - a kind whose raw word is a pointer or content gone wrong
 * @kind:	the kind
 * @what:	what pointer it was
 * @known:	what ought to be there is told with the finding
 * @word:	which word it is
 */
struct damaged {
	enum slubwatch_kind kind;
	enum slw_damaged what;
	bool known;
	unsigned long (*word)(const struct slubwatch_finding *f);
};

static const struct damaged damaged[] = {
	{ SLUBWATCH_KIND_FREEPTR, SLW_DAMAGED_LINK, false, slw_bad_word },
	{ SLUBWATCH_KIND_CYCLE, SLW_DAMAGED_LINK, false, slw_bad_word },
	{ SLUBWATCH_KIND_HEAD, SLW_DAMAGED_HEAD, false, in_slab_head },
	{ SLUBWATCH_KIND_SHEAF_FOREIGN, SLW_DAMAGED_ENTRY, false, in_list },
	{ SLUBWATCH_KIND_SHEAF_MISALIGNED, SLW_DAMAGED_ENTRY, false, in_list },
	{ SLUBWATCH_KIND_SHEAF_POINTER, SLW_DAMAGED_ENTRY, false, in_list },
	{ SLUBWATCH_KIND_SHEAF_CACHE, SLW_DAMAGED_ENTRY, true, at_object },
	{ SLUBWATCH_KIND_LIST_LINK, SLW_DAMAGED_ENTRY, false, at_object },
	{ SLUBWATCH_KIND_NOT_SLAB, SLW_DAMAGED_ENTRY, false, in_list },
	{ SLUBWATCH_KIND_CPU_STATE, SLW_DAMAGED_ENTRY, false, in_list },
	{ SLUBWATCH_KIND_WRONG_CACHE, SLW_DAMAGED_ENTRY, true, in_slab_head },
	{ SLUBWATCH_KIND_CONTENT, SLW_DAMAGED_LINK, true, slw_bad_word },
	{ SLUBWATCH_KIND_REDZONE, SLW_DAMAGED_LINK, true, slw_bad_word },
	{ SLUBWATCH_KIND_WRITTEN, SLW_DAMAGED_LINK, true, slw_bad_word },
};

/* Too big for a stack; the lock that telling is done under (tell.c) protects them. */
static struct slw_damage d;
static struct slw_diagnosis dx;
static struct slw_pattern pattern;
static struct slw_pattern_memory memory;

static const struct damaged *find_damaged(enum slubwatch_kind kind)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(damaged); i++)
		if (damaged[i].kind == kind)
			return &damaged[i];
	return NULL;
}

static void note(struct slubwatch_finding *f, const char *certainty,
		 const char *text)
{
	if (f->nr_notes < SLUBWATCH_NOTES)
		scnprintf(f->notes[f->nr_notes++], SLUBWATCH_NOTE, "%s%s%s",
			  certainty, *certainty ? ": " : "", text);
}

/* Only a link or a head tells by its slab where else it may have led. */
static void describe(const struct slubwatch_finding *f,
		     const struct damaged *kind)
{
	bool in_slab = f->slab && kind->what != SLW_DAMAGED_ENTRY;

	d = (struct slw_damage) {
		.what = kind->what,
		.raw = f->raw,
		.decoded = f->decoded,
		.slot = kind->word(f),
		.first = f->slab ?: f->kmem_cache,
		.size = f->slot,
		.objects = in_slab ? f->objects : 0,
		.expected = f->expected,
		.known = kind->known,
		.window = f->dump,
		.window_start = f->dump_start,
		.window_len = f->dump_len,
	};
	if (f->index >= 0)
		d.first = f->object - (unsigned long)f->index * f->slot;
	slw_point_at(d.decoded, &d.pointee);
	if (d.raw != d.decoded)
		slw_point_at(d.raw, &d.raw_pointee);
}

void slw_diagnose(struct slubwatch_finding *f)
{
	const struct damaged *kind = find_damaged(f->kind);
	u32 i;

	if (!kind)
		return;
	describe(f, kind);
	slw_classify(&d, &dx);
	slw_pattern_note(&memory, f->kmem_cache, f->seq, &d, &dx, &pattern);
	if (dx.candidates == 1)
		f->expected = dx.expected;
	for (i = 0; i < dx.nr; i++)
		note(f, slw_certainty_name(dx.seen[i].certainty),
		     dx.seen[i].text);
	for (i = 0; i < pattern.nr_texts; i++)
		note(f, "", pattern.texts[i]);
}
