// SPDX-License-Identifier: GPL-2.0
/*
 * Verdict -> finding: see record.h.
 */
#include "finding/record.h"

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "core/freelist.h"
#include "finding/finding.h"
#include "memory/maccess.h"

/*
 * From before the object to behind it, or, where the bad word of a large one is
 * far inside, around that.  In its slab only: what is next to that need not be
 * mapped, and is nobody's neighbour.
 */
static void copy_dump(struct slubwatch_finding *f)
{
	u32 piece = clamp_t(u32, f->slot & ~15u, 16, SLUBWATCH_DUMP / 3);
	unsigned long bad = slw_bad_word(f) & ~15ul, end;

	if (f->index < 0)
		return;
	f->dump_start = (f->object & ~15ul) - piece;
	if (bad - f->dump_start >= piece * 3)
		f->dump_start = bad - piece;
	end = min(f->dump_start + piece * 3,
		  f->slab + (PAGE_SIZE << f->order));
	f->dump_start = max(f->dump_start, f->slab);
	/* By what an overwritten descriptor says, the object is not in its slab. */
	if (f->dump_start >= end)
		return;
	f->dump_len = (u32)(end - f->dump_start);
	if (!slw_read(f->dump, f->dump_start, f->dump_len))
		f->dump_len = 0;
}

static void copy_slab(struct slubwatch_finding *f, const struct slw_geometry *g,
		      const struct slw_slab *s)
{
	f->page = s->page;
	if (!s->is_slab)
		return;
	f->slab = s->base;
	f->order = s->order;
	f->inuse = s->inuse;
	f->objects = s->objects;
	/* Where another cache has its objects, ours does not say. */
	if (s->cache == g->cache)
		f->index = slw_grid_index(g, s->base + g->red_left,
					  s->objects * g->size, f->object);
}

void slw_record_fill(struct slw_record *r, const struct slw_geometry *g,
		     const char *name, const struct slw_slab *s,
		     const struct slw_verdict *v)
{
	struct slubwatch_finding *f = &r->f;

	r->origins.watched = false;
	*f = (struct slubwatch_finding) {
		.size = sizeof(*f),
		.time_ns = ktime_get_boot_fast_ns(),
		.kind = v->kind,
		.kmem_cache = g->cache,
		.cpu = -1,
		.node = -1,
		.slot = g->size,
		.object_size = g->object_size,
		.offset = g->offset,
		.object = v->object,
		.index = -1,
		.raw = v->raw,
		.decoded = v->decoded,
		.expected = v->expected,
		.found = v->found,
		.at = v->at,
	};
	strscpy(f->cache, name, sizeof(f->cache));
	if (s)
		copy_slab(f, g, s);
	copy_dump(f);
	slw_scene_copy(r);
}
