// SPDX-License-Identifier: GPL-2.0
/*
 * The scene of a finding: see scene.h.
 */
#include "finding/scene.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/freelist.h"
#include "core/freeptr.h"
#include "finding/finding.h"
#include "finding/point.h"
#include "memory/cache.h"
#include "memory/maccess.h"
#include "memory/snapshot.h"

/* Most entries of a sheaf that are looked at; the kernel's have up to 60. */
#define MOST_ENTRIES	128

static unsigned long first_object(const struct slubwatch_finding *f)
{
	return f->object - (unsigned long)f->index * f->slot;
}

static u32 nr_mapped(const struct slubwatch_finding *f)
{
	return min_t(u32, f->objects, SLW_SCENE_OBJECTS);
}

static bool is_dumped(const struct slubwatch_finding *f, unsigned long at,
		      u32 len)
{
	unsigned long from = at - f->dump_start;

	return from < f->dump_len && from + len <= f->dump_len;
}

void slw_scene_copy(struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;
	u32 len = min_t(u32, f->slot, SLW_SCENE_BYTES) & ~15u;
	unsigned long at;
	int i, index;

	memset(&r->scene, 0, sizeof(r->scene));
	for (i = 0; i < SLW_NR_SCENE_PIECES && f->index >= 0; i++) {
		index = f->index + i - SLW_SCENE_SELF;
		at = first_object(f) + (long)index * f->slot;
		if (index >= 0 && (u32)index < f->objects &&
		    !is_dumped(f, at, len) &&
		    slw_read(r->scene.bytes[i], at, len))
			r->scene.len[i] = len;
	}
}

void slw_scene_met(struct slw_record *r, enum slw_scene_set id,
		   const unsigned long *met)
{
	if (!met)
		return;
	memcpy(r->scene.sets[id], met,
	       BITS_TO_LONGS(nr_mapped(&r->f)) * sizeof(*met));
	r->scene.walked |= BIT(id);
}

/*
 * What is looked at afterwards.
 */

static void look_at_cache(struct slw_scene *scene,
			  const struct slw_geometry *g)
{
	unsigned long ctor;

	scene->order = g->oo >> SLW_OO_SHIFT;
	scene->per_slab = g->oo & SLW_OO_MASK;
	scene->ctor = -1;
	slw_read_u32(g->cache + slw_layout.cache.flags, &scene->flags);
	if (slw_has(slw_layout.cache.ctor) &&
	    slw_read_long(g->cache + slw_layout.cache.ctor, &ctor))
		scene->ctor = !!ctor;
}

static bool is_in(const struct slw_scene *scene, u32 index)
{
	u32 i;

	for (i = 0; i < SLW_NR_SCENE_SETS; i++)
		if (slw_seen(scene->sets[i], index))
			return true;
	return false;
}

static void put_in(struct slw_record *r, const struct slw_geometry *g,
		   enum slw_scene_set id, unsigned long object)
{
	int index = slw_grid_index(g, first_object(&r->f),
				   r->f.objects * g->size, object);

	if (index >= 0 && index < SLW_SCENE_OBJECTS)
		r->scene.sets[id][index / BITS_PER_LONG] |=
			BIT(index % BITS_PER_LONG);
}

static void look_at_sheaf(struct slw_record *r, const struct slw_geometry *g,
			  unsigned long pointer)
{
	unsigned long sheaf, entry;
	u32 size, i;

	/* A kmalloc() object: what is elsewhere is none, and may be a device. */
	if (!slw_read_long(pointer, &sheaf) || !slw_page_of(sheaf) ||
	    !slw_read_u32(sheaf + slw_layout.sheaf.size, &size))
		return;
	for (i = 0; i < size && i < MOST_ENTRIES; i++)
		if (slw_read_long(sheaf + slw_layout.sheaf.objects +
				  i * sizeof(entry), &entry))
			put_in(r, g, SLW_SCENE_SHEAF, entry);
}

static void look_at_sheaves(struct slw_record *r, const struct slw_geometry *g)
{
	unsigned long sheaves = slw_cache_sheaves(g->cache), pcs;
	int cpu;

	if (!sheaves)
		return;
	for_each_online_cpu(cpu) {
		pcs = (unsigned long)per_cpu_ptr((void __percpu *)sheaves, cpu);
		look_at_sheaf(r, g, pcs + slw_layout.pcs.main);
		look_at_sheaf(r, g, pcs + slw_layout.pcs.spare);
	}
}

/* Where a free pointer leads, if it is one of an object of this slab: or -1. */
static int linked(const struct slubwatch_finding *f,
		  const struct slw_geometry *g, unsigned long slot,
		  unsigned long raw)
{
	return slw_grid_index(g, first_object(f), f->objects * g->size,
			      slw_freeptr_decode(g, raw, slot));
}

/* What lies behind a bad link is on no list, and still linked. */
static void look_for_loose(struct slw_record *r, const struct slw_geometry *g)
{
	unsigned long object = first_object(&r->f), raw;
	u32 i;

	for (i = 0; i < nr_mapped(&r->f); i++, object += g->size)
		if (!is_in(&r->scene, i) &&
		    slw_read_long(object + g->offset, &raw) &&
		    linked(&r->f, g, object + g->offset, raw) >= 0)
			put_in(r, g, SLW_SCENE_LOOSE, object);
}

/*
 * Where else the bad word stands.  What chance puts anywhere is not looked for.
 */

static bool is_sought(const struct slubwatch_finding *f)
{
	return f->raw > U16_MAX && ~f->raw &&
	       (f->kind == SLUBWATCH_KIND_FREEPTR ||
		f->kind == SLUBWATCH_KIND_CYCLE || slw_is_content(f->kind));
}

/* In a slab: how many more, and where the first @most are, from its start. */
static u32 look_for_word(const struct slubwatch_finding *f, unsigned long slab,
			 u32 order, u32 *where, u32 most)
{
	unsigned long words[32];
	u32 at, i, n = 0;

	for (at = 0; at < PAGE_SIZE << order; at += sizeof(words)) {
		if (!slw_read(words, slab + at, sizeof(words)))
			continue;
		for (i = 0; i < ARRAY_SIZE(words); i++) {
			u32 here = at + i * (u32)sizeof(long);

			if (words[i] != f->raw || slab + here == slw_bad_word(f))
				continue;
			if (n < most)
				where[n] = here;
			n++;
		}
	}
	return n;
}

/* In other slabs of the cache: those around it, all memory would be too much. */
static void look_nearby(struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;
	unsigned long at = f->slab - SLW_SCENE_NEAR;
	struct slw_slab s;

	while (at < f->slab + SLW_SCENE_NEAR) {
		slw_capture_slab_of(at, &s);
		if (s.is_slab && s.cache == f->kmem_cache && s.base != f->slab) {
			r->scene.nr_near++;
			r->scene.near_same += look_for_word(f, s.base, s.order,
							    NULL, 0);
		}
		at += PAGE_SIZE;
		if (s.is_slab)
			at = max(at, s.base + (PAGE_SIZE << s.order));
		cond_resched();
	}
}

static void look_for_same(struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	r->scene.nr_same = look_for_word(f, f->slab, f->order, r->scene.same,
					 SLW_SCENE_SAME);
	look_nearby(r);
}

static bool name_pointed(char *name, unsigned long word)
{
	struct slw_pointed p;

	slw_point_at(word, &p);
	switch (p.what) {
	case SLW_POINTEE_OBJECT:
	case SLW_POINTEE_INSIDE:
		scnprintf(name, SLW_SCENE_NAME, "[%s] object %u+0x%x", p.name,
			  p.index, p.offset);
		return true;
	case SLW_POINTEE_FREE_PAGE:
		strscpy(name, "free page", SLW_SCENE_NAME);
		return true;
	case SLW_POINTEE_SYMBOL:
		strscpy(name, p.name, SLW_SCENE_NAME);
		return true;
	default:
		return false;
	}
}

static bool name_word(char *name, const struct slubwatch_finding *f,
		      const struct slw_geometry *g, unsigned long at,
		      unsigned long word)
{
	unsigned long from = at - first_object(f);
	int to;

	if (from < f->objects * f->slot && from % f->slot == f->offset) {
		to = linked(f, g, at, word);
		if (to >= 0)
			scnprintf(name, SLW_SCENE_NAME, "free pointer to object %d",
				  to);
		if (to >= 0)
			return true;
	}
	return (long)word < 0 && name_pointed(name, word);
}

/*
 * Name the words of some bytes, until @most of the scene's are named; the others
 * are counted.
 */
static void name_words(struct slw_record *r, const struct slw_geometry *g,
		       unsigned long start, const u8 *bytes, u32 len, u32 most)
{
	struct slw_scene *scene = &r->scene;
	struct slw_scene_word w;
	unsigned long word;
	u32 i;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		if (!name_word(w.name, &r->f, g, start + i, word))
			continue;
		w.at = (s32)(start + i - r->f.object);
		if (scene->nr_words < most)
			scene->words[scene->nr_words++] = w;
		else
			scene->nr_unnamed++;
	}
}

/* What is at low addresses must not use up all names. */
static void look_at_words(struct slw_record *r, const struct slw_geometry *g)
{
	const struct slubwatch_finding *f = &r->f;
	struct slw_scene *s = &r->scene;

	name_words(r, g, f->object - f->slot, s->bytes[SLW_SCENE_BEFORE],
		   s->len[SLW_SCENE_BEFORE], SLW_SCENE_WORDS / 4);
	name_words(r, g, f->object, s->bytes[SLW_SCENE_SELF],
		   s->len[SLW_SCENE_SELF], SLW_SCENE_WORDS / 2);
	name_words(r, g, f->dump_start, f->dump, f->dump_len,
		   SLW_SCENE_WORDS - SLW_SCENE_WORDS / 4);
	name_words(r, g, f->object + f->slot, s->bytes[SLW_SCENE_BEHIND],
		   s->len[SLW_SCENE_BEHIND], SLW_SCENE_WORDS);
}

/* Only if it is the cache's still: else all of it would be of another. */
static bool is_same_slab(const struct slubwatch_finding *f)
{
	struct slw_slab s;

	slw_capture_slab_of(f->slab, &s);
	return s.is_slab && s.cache == f->kmem_cache && s.base == f->slab;
}

void slw_scene_look(struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;
	char name[SLUBWATCH_CACHE_NAME];
	struct slw_geometry g;
	struct page *page;

	r->scene.slab_node = -1;
	if (!slw_cache_find(f->kmem_cache, &g, name) || !g.size)
		return;
	r->scene.looked = true;
	look_at_cache(&r->scene, &g);
	page = f->slab ? slw_page_at(f->page) : NULL;
	if (!page)
		return;
	r->scene.slab_node = page_to_nid(page);
	if (f->index < 0 || g.size != f->slot || !is_same_slab(f))
		return;
	look_at_sheaves(r, &g);
	if (r->scene.walked)
		look_for_loose(r, &g);
	if (is_sought(f))
		look_for_same(r);
	look_at_words(r, &g);
}
