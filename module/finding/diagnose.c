// SPDX-License-Identifier: GPL-2.0
/*
 * Finding -> diagnosis: see diagnose.h.
 */
#include "finding/diagnose.h"

#include <linux/kernel.h>

#include "core/classify.h"
#include "core/recur.h"
#include "finding/point.h"
#include "slubwatch.h"

/* Kinds whose raw word is a pointer gone wrong, and what pointer it was. */
static const struct {
	enum slubwatch_kind kind;
	enum slw_damaged what;
} damaged[] = {
	{ SLUBWATCH_KIND_FREEPTR,		SLW_DAMAGED_LINK },
	{ SLUBWATCH_KIND_CYCLE,			SLW_DAMAGED_LINK },
	{ SLUBWATCH_KIND_HEAD,			SLW_DAMAGED_HEAD },
	{ SLUBWATCH_KIND_SHEAF_FOREIGN,		SLW_DAMAGED_ENTRY },
	{ SLUBWATCH_KIND_SHEAF_MISALIGNED,	SLW_DAMAGED_ENTRY },
};

/* Too big for a stack; the lock that telling is done under (tell.c) protects them. */
static struct slw_damage d;
static struct slw_diagnosis dx;
static struct slw_pattern pattern;
static struct slw_pattern_memory memory;

static bool find_damaged(enum slubwatch_kind kind, enum slw_damaged *what)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(damaged); i++) {
		if (damaged[i].kind != kind)
			continue;
		*what = damaged[i].what;
		return true;
	}
	return false;
}

static void note(struct slubwatch_finding *f, const char *certainty,
		 const char *text)
{
	if (f->nr_notes < SLUBWATCH_NOTES)
		scnprintf(f->notes[f->nr_notes++], SLUBWATCH_NOTE, "%s%s%s",
			  certainty, *certainty ? ": " : "", text);
}

void slw_diagnose(struct slubwatch_finding *f)
{
	u32 i;

	d = (struct slw_damage) {
		.raw = f->raw,
		.decoded = f->decoded,
		.first = f->slab,
		.size = f->slot,
		.objects = f->slab ? f->objects : 0,
		.window = f->dump,
		.window_start = f->dump_start,
		.window_len = f->dump_len,
	};
	if (!find_damaged(f->kind, &d.what))
		return;
	if (f->index >= 0)
		d.first = f->object - (unsigned long)f->index * f->slot;
	if (d.what == SLW_DAMAGED_LINK)
		d.slot = f->object + f->offset;
	/* A sheaf's entry says nothing of the slab it ought to lead to. */
	if (d.what == SLW_DAMAGED_ENTRY)
		d.objects = 0;
	slw_point_at(d.decoded, &d.pointee);
	if (d.raw != d.decoded)
		slw_point_at(d.raw, &d.raw_pointee);
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
