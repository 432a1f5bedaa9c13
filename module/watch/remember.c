// SPDX-License-Identifier: GPL-2.0
/*
 * What free objects held: see remember.h.
 *
 * Two tables, of objects and of the slabs they are in.  A hash says among which
 * few places of a table a key may be; what one cache line of keys has no room
 * for is not remembered.  Only sweeps write to them, one at a time; probes take
 * a key away, by a cmpxchg() that a sweep's own entry does not match.
 *
 * A sweep remembers an object before it lets go of the lock of its list, so a
 * probe that tells of its allocation comes later.  It asks after it found the
 * object on a list: whoever freed it there had its allocation told before, and
 * the address of the entry depends on that of the object.
 */
#include "watch/remember.h"

#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "counters.h"
#include "watch/untold.h"

/**
 * struct cell - an object
 * @epoch:	of its slab's entry
 * @sweep:	that remembered it, or compared it
 * @bytes:	what it held
 */
struct cell {
	u32 epoch;
	u32 sweep;
	u8 bytes[SLW_REMEMBER_BYTES];
};

/* What an object takes in all of the tables below. */
#define CELL_BYTES	(sizeof(struct cell) + 2 * sizeof(long) + sizeof(u32))

/* Places where a key may be: those of a cache line, for the sake of the probes. */
#define WAYS	8

/* Sweeps for which an object keeps its place although it is not met again. */
#define KEEP_SWEEPS	4

/* Addresses of objects; 0: none, or allocated since.  And what is known of them. */
static unsigned long *objects;
static struct cell *cells;
/*
 * Addresses of struct slabs; 0: none, or its page was freed since.  Each entry
 * has an epoch of its own: objects remembered in an earlier one are not its.
 */
static unsigned long *pages;
static u32 *epochs;
static unsigned int nr_cells;
static u32 last_epoch;
/* Entries older than this are forgotten, and of slw_untold() when it was made. */
static u32 first_epoch;
static unsigned long untold;

int slw_remember_init(size_t bytes)
{
	nr_cells = max_t(size_t, rounddown(bytes / CELL_BYTES, WAYS), WAYS);
	objects = vzalloc(array_size(nr_cells, sizeof(*objects)));
	cells = vzalloc(array_size(nr_cells, sizeof(*cells)));
	pages = vzalloc(array_size(nr_cells, sizeof(*pages)));
	epochs = vzalloc(array_size(nr_cells, sizeof(*epochs)));
	slw_count_memory(nr_cells * CELL_BYTES);
	if (objects && cells && pages && epochs)
		return 0;
	slw_remember_exit();
	return -ENOMEM;
}

void slw_remember_exit(void)
{
	slw_count_memory(-(s64)(nr_cells * CELL_BYTES));
	vfree(objects);
	vfree(cells);
	vfree(pages);
	vfree(epochs);
	objects = NULL;
	cells = NULL;
	pages = NULL;
	epochs = NULL;
}

unsigned int slw_remember_size(void)
{
	return cells ? nr_cells : 0;
}

/* The first of the places where @key may be. */
static unsigned int first_way(unsigned long key)
{
	return reciprocal_scale(hash_long(key, 32), nr_cells / WAYS) * WAYS;
}

/* Which of the places from @first on holds @key; negative if none does. */
static int find_from(const unsigned long *keys, unsigned int first,
		     unsigned long key)
{
	unsigned int i;

	for (i = first; i < first + WAYS; i++)
		if (READ_ONCE(keys[i]) == key)
			return i;
	return -1;
}

static int find(const unsigned long *keys, unsigned long key)
{
	return find_from(keys, first_way(key), key);
}

static void forget(unsigned long *keys, unsigned long key)
{
	int i = find(keys, key);

	if (i >= 0)
		cmpxchg(&keys[i], key, 0);
}

static void forget_untold(void)
{
	unsigned long now = slw_untold();

	if (now == untold)
		return;
	untold = now;
	first_epoch = last_epoch + 1;
}

/* The epoch of a slab's entry; 0 if it has none. */
static u32 epoch_of(unsigned long page)
{
	int i = find(pages, page);

	return i >= 0 && epochs[i] >= first_epoch ? epochs[i] : 0;
}

/* If there is no room, in the place of another, whose objects are forgotten so. */
static u32 new_epoch(unsigned long page)
{
	int i = find(pages, page);

	if (i < 0)
		i = find_from(pages, first_way(page), 0);
	if (i < 0)
		i = first_way(page) + last_epoch % WAYS;
	WRITE_ONCE(pages[i], 0);
	epochs[i] = ++last_epoch;
	WRITE_ONCE(pages[i], page);
	return last_epoch;
}

const u8 *slw_remembered(unsigned long object, unsigned long page)
{
	u32 epoch;
	int i;

	forget_untold();
	i = find(objects, object);
	epoch = epoch_of(page);
	return i >= 0 && epoch && cells[i].epoch == epoch ?
	       cells[i].bytes : NULL;
}

static bool may_take(unsigned int i, u32 sweep)
{
	return !READ_ONCE(objects[i]) || cells[i].epoch < first_epoch ||
	       sweep - cells[i].sweep >= KEEP_SWEEPS;
}

/* Where @object is to be kept; negative if it cannot. */
static int place_of(unsigned long object, u32 sweep)
{
	int known = find(objects, object);
	unsigned int first = first_way(object), i;

	if (known >= 0)
		return known;
	for (i = first; i < first + WAYS; i++)
		if (may_take(i, sweep))
			return i;
	return -1;
}

void slw_remember(unsigned long object, unsigned long page, const u8 *bytes,
		  u32 len, u32 sweep)
{
	u32 epoch;
	int i;

	forget_untold();
	i = place_of(object, sweep);
	if (i < 0)
		return;
	epoch = epoch_of(page);
	WRITE_ONCE(objects[i], 0);
	memcpy(cells[i].bytes, bytes, len);
	cells[i].epoch = epoch ? epoch : new_epoch(page);
	cells[i].sweep = sweep;
	WRITE_ONCE(objects[i], object);
}

void slw_forget_object(unsigned long object)
{
	forget(objects, object);
}

void slw_forget_page(unsigned long page)
{
	forget(pages, page);
}
