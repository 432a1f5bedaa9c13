// SPDX-License-Identifier: GPL-2.0
/*
 * What free objects held: see remember.h.
 *
 * Two tables that are indexed by a hash and keep one entry at a place: objects,
 * and the slabs they are in.  Only sweeps write to them, one at a time; probes
 * take a key away, by a cmpxchg() that a sweep's own entry does not match.
 *
 * A sweep remembers an object before it lets go of the lock of its list, so a
 * probe that tells of its allocation comes later.  It asks after it found the
 * object on a list: whoever freed it there had its allocation told before, and
 * the address of the entry depends on that of the object.
 */
#include "remember.h"

#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "untold.h"

/**
 * struct cell - an object
 * @object:	its address; 0 when it was allocated
 * @epoch:	of its slab's entry
 * @sweep:	that remembered it, or compared it
 * @bytes:	what it held
 */
struct cell {
	unsigned long object;
	u32 epoch;
	u32 sweep;
	u8 bytes[SLW_REMEMBER_BYTES];
};

/**
 * struct slab_cell - a slab
 * @page:	its struct slab; 0 when its page was freed
 * @epoch:	new for each entry: objects of another's are not its own
 */
struct slab_cell {
	unsigned long page;
	u32 epoch;
};

/* Sweeps for which an object keeps its place although it is not met again. */
#define KEEP_SWEEPS	4

static struct cell *cells;
static struct slab_cell *slabs;
static unsigned int nr_cells;
static u32 last_epoch;
/* Entries older than this are forgotten, and of slw_untold() when it was made. */
static u32 first_epoch;
static unsigned long untold;

int slw_remember_init(size_t bytes)
{
	nr_cells = max_t(size_t, bytes / (sizeof(*cells) + sizeof(*slabs)), 1);
	cells = vzalloc(array_size(nr_cells, sizeof(*cells)));
	slabs = vzalloc(array_size(nr_cells, sizeof(*slabs)));
	if (cells && slabs)
		return 0;
	slw_remember_exit();
	return -ENOMEM;
}

void slw_remember_exit(void)
{
	vfree(cells);
	vfree(slabs);
	cells = NULL;
	slabs = NULL;
}

unsigned int slw_remember_size(void)
{
	return cells ? nr_cells : 0;
}

static struct cell *cell_of(unsigned long object)
{
	return &cells[reciprocal_scale(hash_long(object, 32), nr_cells)];
}

static struct slab_cell *slab_cell_of(unsigned long page)
{
	return &slabs[reciprocal_scale(hash_long(page, 32), nr_cells)];
}

static void forget_untold(void)
{
	unsigned long now = slw_untold();

	if (now == untold)
		return;
	untold = now;
	first_epoch = last_epoch + 1;
}

static bool knows_slab(const struct slab_cell *s, unsigned long page)
{
	return READ_ONCE(s->page) == page && s->epoch >= first_epoch;
}

static u32 epoch_of(unsigned long page)
{
	struct slab_cell *s = slab_cell_of(page);

	if (!knows_slab(s, page)) {
		s->epoch = ++last_epoch;
		WRITE_ONCE(s->page, page);
	}
	return s->epoch;
}

const u8 *slw_remembered(unsigned long object, unsigned long page)
{
	const struct slab_cell *s = slab_cell_of(page);
	const struct cell *c = cell_of(object);

	forget_untold();
	return READ_ONCE(c->object) == object && knows_slab(s, page) &&
	       c->epoch == s->epoch ? c->bytes : NULL;
}

void slw_remember(unsigned long object, unsigned long page, const u8 *bytes,
		  u32 len, u32 sweep)
{
	struct cell *c = cell_of(object);

	forget_untold();
	if (READ_ONCE(c->object) && c->object != object &&
	    c->epoch >= first_epoch && sweep - c->sweep < KEEP_SWEEPS)
		return;
	WRITE_ONCE(c->object, 0);
	memcpy(c->bytes, bytes, len);
	c->epoch = epoch_of(page);
	c->sweep = sweep;
	WRITE_ONCE(c->object, object);
}

void slw_forget_object(unsigned long object)
{
	struct cell *c = cell_of(object);

	if (READ_ONCE(c->object) == object)
		cmpxchg(&c->object, object, 0);
}

void slw_forget_page(unsigned long page)
{
	struct slab_cell *s = slab_cell_of(page);

	if (READ_ONCE(s->page) == page)
		cmpxchg(&s->page, page, 0);
}
