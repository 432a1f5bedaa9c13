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
 * From before the object to behind it, or, where a large one has its free
 * pointer far inside, around that.
 */
static void copy_dump(struct slubwatch_finding *f)
{
	u32 before = min_t(u32, f->slot, SLUBWATCH_DUMP / 3) & ~15u;

	if (f->index < 0)
		return;
	f->dump_start = (f->object & ~15ul) - before;
	f->dump_len = min_t(u32, before * 3, SLUBWATCH_DUMP);
	if (f->object + f->offset + sizeof(long) > f->dump_start + f->dump_len)
		f->dump_start = ((f->object + f->offset) & ~15ul) -
				f->dump_len / 2;
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
