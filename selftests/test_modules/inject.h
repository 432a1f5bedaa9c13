/* SPDX-License-Identifier: GPL-2.0 */
/*
 * slubwatch_inject - breaks SLUB's lists as they were seen broken in the
 * field, and repairs them.
 *
 *	row		what is written, and what slubwatch must say	rows.c
 *	target		the cache					targets.c
 *	place		the list, and how an object gets there		places.c
 *	job		one row at one place of one target
 */
#ifndef _SLUBWATCH_INJECT_H
#define _SLUBWATCH_INJECT_H

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "../../module/memory/cache.h"
#include "../../module/core/layout.h"
#include "../../module/core/types.h"

/* Besides enum slubwatch_kind: this row is to be found by nobody. */
#define INJ_NOTHING	(-1)
/* This row makes no sense at this place. */
#define INJ_NO_ROW	(-2)

/**
 * struct target - a cache to break
 * @name:	what the user calls it
 * @size:	bytes asked for
 * @ctor:	constructor; moves the free pointer out of the object
 * @own:	created here, nobody else allocates from it
 * @s:		the cache
 * @g:		its numbers
 * @cache:	its name, as slubwatch knows it; of those made here, as they are made
 * @capacity:	kmem_cache.sheaf_capacity, 0 if it has no sheaves
 * @cpu_slab:	kmem_cache.cpu_slab (__percpu), 0 if it has none
 * @pcs:	kmem_cache.cpu_sheaves (__percpu), 0 if it has none
 * @leaked:	objects could not be given back: it can never be destroyed
 */
struct target {
	const char *name;
	unsigned int size;
	void (*ctor)(void *object);
	bool own;
	struct kmem_cache *s;
	struct slw_geometry g;
	const char *cache;
	u32 capacity;
	unsigned long cpu_slab;
	unsigned long pcs;
	bool leaked;
};

enum inj_target {
	INJ_OWN,
	INJ_OWN_CTOR,
	INJ_OWN_LARGE,	/* of several pages a slab, and objects across their borders */
	INJ_KMALLOC_192,
	INJ_KMALLOC_256,
	INJ_NR_TARGETS
};

extern struct target inj_targets[INJ_NR_TARGETS];

/**
 * struct stock - objects that are held
 * @n:		how many
 * @max:	room in @objects
 * @objects:	their addresses
 */
struct stock {
	unsigned int n;
	unsigned int max;
	unsigned long *objects;
};

/**
 * struct patch - one word that was overwritten
 * @at:		where
 * @size:	bytes: 4 or 8
 * @old:	what was there
 * @new:	what was written
 */
struct patch {
	unsigned long at;
	unsigned int size;
	unsigned long old;
	unsigned long new;
};

#define INJ_CHAIN	512	/* links of a chain that are remembered */
#define INJ_PATCHES	12
#define INJ_WHOLE	4	/* slabs all of whose objects are held */

/**
 * struct job - one row at one place of one target
 * @row:	what is to be done; NULL while nothing is broken
 * @t:		to which cache
 * @place:	on which list
 * @cpu:	whose list, or on whose node
 * @remote:	another CPU, -1 if there is none
 * @stock:	objects held meanwhile
 * @whole:	struct slab addresses of slabs that were ours alone
 * @foreign:	an object of another cache
 * @no_slab:	two pages that are no slab, one behind the other
 * @defaced:	the descriptor of the first is overwritten
 * @head_word:	what was there
 * @free_page:	a page that is free
 * @free:	an object on a freelist of the node, the last one
 * @n:		address of the kmem_cache_node
 * @node:	its number
 * @barn:	address of the node_barn
 * @hub:	address of this CPU's kmem_cache_cpu or slub_percpu_sheaves
 * @head_at:	where the chain's head is kept
 * @slab:	struct slab address of the victim's slab
 * @sheaf:	address of the slab_sheaf
 * @nr:		length of @chain
 * @i:		the victim in @chain, or the entry in @sheaf
 * @chain:	the free objects, first to last
 * @nr_patches:	how many of @patches were written
 * @patches:	in the order in which they were written
 * @near:	its slabs must lie near each other: see struct row
 * @before:	slabs to be on a node's list before the victim's
 * @half:	half of each slab is held
 * @races:	and freed by another CPU meanwhile
 * @race:	does that
 * @kind:	what slubwatch must say, or %INJ_NOTHING
 * @list:	where it must say it is
 * @list_cpu:	of which CPU, -1
 * @list_node:	or of which node, -1
 * @object:	what it must name, 0 for nothing
 * @raw:	the word it must show
 * @decoded:	and what it must make of it
 */
struct job {
	const struct row *row;
	struct target *t;
	enum slubwatch_place place;
	int cpu;
	int remote;
	struct stock stock;
	unsigned long whole[INJ_WHOLE];
	unsigned long foreign;
	unsigned long no_slab;
	bool defaced;
	unsigned long head_word;
	unsigned long free_page;
	unsigned long free;
	unsigned long n;
	int node;
	unsigned long barn;
	unsigned long hub;
	unsigned long head_at;
	unsigned long slab;
	unsigned long sheaf;
	unsigned int nr;
	unsigned int i;
	unsigned long chain[INJ_CHAIN];
	unsigned int nr_patches;
	struct patch patches[INJ_PATCHES];
	bool near;
	unsigned int before;
	bool half;
	bool races;
	struct work_struct race;
	int kind;
	enum slubwatch_place list;
	int list_cpu;
	int list_node;
	unsigned long object;
	unsigned long raw;
	unsigned long decoded;
};

/**
 * struct row - one kind of damage
 * @name:	stable
 * @targets:	bits of enum inj_target
 * @needs:	capability without which it makes no sense
 * @at:		bits of enum slubwatch_place where slubwatch must say @says
 * @says:	enum slubwatch_kind
 * @also:	places where it must say @also_says
 * @also_says:	enum slubwatch_kind
 * @silent:	places where it can be done and must not be found
 * @debug:	places where of a cache that SLUB debugs it must say @debug_says
 * @debug_says:	enum slubwatch_kind, or %INJ_NOTHING
 * @near:	the cache's slabs must lie as near to each other as a report looks
 * @link:	what to store as the free pointer of j->chain[j->i]; or
 * @act:	what to do instead
 * @arg:	for either
 */
struct row {
	const char *name;
	u32 targets;
	u32 needs;
	u32 at;
	int says;
	u32 also;
	int also_says;
	u32 silent;
	u32 debug;
	int debug_says;
	bool near;
	int (*link)(const struct job *j, unsigned long arg, unsigned long *raw);
	int (*act)(struct job *j, unsigned long arg);
	unsigned long arg;
};

extern const struct row inj_rows[];
extern const unsigned int inj_nr_rows;
extern const char *const inj_place_names[SLUBWATCH_NR_PLACES];

static inline unsigned long word_at(unsigned long at)
{
	return READ_ONCE(*(unsigned long *)at);
}

static inline u32 u32_at(unsigned long at)
{
	return READ_ONCE(*(u32 *)at);
}

/* SLUB's own formula, both ways; written anew, to test slubwatch's. */
static inline unsigned long inj_code(const struct target *t, unsigned long word,
				     unsigned long object)
{
	if (!t->g.hardened)
		return word;
	return word ^ t->g.random ^ swab(object + t->g.offset);
}

/* The free object behind @object. */
static inline unsigned long inj_next(const struct target *t,
				     unsigned long object)
{
	return inj_code(t, word_at(object + t->g.offset), object);
}

static inline unsigned long inj_slab_of(unsigned long object)
{
	return (unsigned long)virt_to_head_page((void *)object);
}

static inline u32 inj_counters(unsigned long slab)
{
	return (u32)word_at(slab + slw_layout.slab.counters);
}

static inline u32 inj_objects(unsigned long slab)
{
	return inj_counters(slab) >> 16 & 0x7fff;
}

/* rows.c */
int inj_expects(const struct row *row, enum slubwatch_place place,
		const struct target *t);

/* targets.c */
/* A cache of which objects are leaked is destroyed too: the kernel complains. */
extern bool inj_destroy_leaked;
int inj_targets_create(void);
void inj_targets_destroy(void);
int inj_stock_init(struct stock *stock, unsigned int max);
int inj_take(struct target *t, struct stock *stock);
void inj_drop(struct target *t, struct stock *stock, unsigned int i);
/* Of those from @from up to @to, two of three. */
void inj_thin(struct target *t, struct stock *stock, unsigned int from,
	      unsigned int to);
void inj_drop_all(struct target *t, struct stock *stock);
unsigned long inj_node(const struct target *t, int nid);
unsigned long inj_barn(const struct target *t, int nid);

/* places.c */

/**
 * inj_place_missing() - why a place cannot be had here
 * @place:	any
 * @t:		of which cache
 *
 * Return: NULL if it can, else a reason.
 */
const char *inj_place_missing(enum slubwatch_place place,
			      const struct target *t);

/* Bring objects there, by allocating and freeing.  -EAGAIN: machine moved. */
int inj_place_arrange(struct job *j);

/* Hold the place by its own lock and call @fn. */
int inj_place_locked(struct job *j, int (*fn)(struct job *j));

/* Under that lock: find a victim. */
int inj_place_find(struct job *j);

/* hold.c */

/**
 * inj_on_cpu() - hold a CPU's lists of a cache and call @fn there
 * @t:		the cache
 * @cpu:	the CPU
 * @fn:		gets @t and @arg; may not sleep
 * @arg:	for @fn
 *
 * The lock is what the kernel itself takes: kmem_cache_cpu.lock, before 5.15
 * interrupts off; slub_percpu_sheaves.lock.
 */
int inj_on_cpu(struct target *t, int cpu, int (*fn)(struct target *t, void *arg),
	       void *arg);

/* The same for a node: list_lock, or the barn's lock. */
int inj_on_node(struct target *t, int node,
		int (*fn)(struct target *t, void *arg), void *arg);
int inj_on_barn(struct target *t, int node,
		int (*fn)(struct target *t, void *arg), void *arg);

/* arrange.c */
/* Is it a slab of which all objects were ours? */
bool inj_is_whole(const struct job *j, unsigned long slab);
/* Where in a barn its list of such sheaves is. */
unsigned long inj_barn_list(enum slubwatch_place place);
int arrange_cpu_freelist(struct job *j);
int arrange_cpu_slab(struct job *j);
int arrange_cpu_partial(struct job *j);
int arrange_node_partial(struct job *j);
int arrange_pcs(struct job *j);
int arrange_rcu(struct job *j);
int arrange_barn(struct job *j);
int arrange_nothing(struct job *j);
/* Of the victim's slab, which was isolated: what is held makes a new list there. */
int inj_place_again(struct job *j);

/* chains.c */
int inj_damage_link(struct job *j);

/* Where the victim's free pointer is. */
static inline unsigned long inj_slot(const struct job *j)
{
	return j->chain[j->i] + j->t->g.offset;
}

/* patch.c */
extern bool inj_by_device;	/* patches are not written: somebody else will */
unsigned long inj_read(unsigned long at, unsigned int size);
void inj_patch(struct job *j, unsigned long at, unsigned int size,
	       unsigned long new);
void inj_patch_word(struct job *j, unsigned long at, unsigned long new);
/* All or nothing: -ESTALE if somebody else wrote there meanwhile. */
int inj_restore(struct job *j);
/* What slubwatch must name, and show. */
void inj_expect(struct job *j, unsigned long object, unsigned long raw);

/* links.c */

int link_raw(const struct job *j, unsigned long arg, unsigned long *raw);
int link_decoded(const struct job *j, unsigned long arg, unsigned long *raw);
int link_overlay(const struct job *j, unsigned long arg, unsigned long *raw);
int link_zero_byte(const struct job *j, unsigned long arg, unsigned long *raw);
int link_zero_raw_byte(const struct job *j, unsigned long arg,
		       unsigned long *raw);
int link_flip(const struct job *j, unsigned long arg, unsigned long *raw);
int link_flip_order(const struct job *j, unsigned long arg, unsigned long *raw);
int link_noise(const struct job *j, unsigned long arg, unsigned long *raw);
int link_back(const struct job *j, unsigned long arg, unsigned long *raw);
int link_flip_back(const struct job *j, unsigned long arg, unsigned long *raw);
int link_flip_ahead(const struct job *j, unsigned long arg, unsigned long *raw);
int link_cpu_freelist(const struct job *j, unsigned long arg,
		      unsigned long *raw);
int link_other_slab(const struct job *j, unsigned long arg, unsigned long *raw);
int link_foreign(const struct job *j, unsigned long arg, unsigned long *raw);
int link_foreign_raw(const struct job *j, unsigned long arg,
		     unsigned long *raw);
int link_free_page(const struct job *j, unsigned long arg, unsigned long *raw);
int link_kernel(const struct job *j, unsigned long arg, unsigned long *raw);
int link_kernel_raw(const struct job *j, unsigned long arg, unsigned long *raw);
int link_no_slab(const struct job *j, unsigned long arg, unsigned long *raw);

/* damage.c */
bool inj_marked(const struct job *j);
int act_nothing(struct job *j, unsigned long arg);
int act_miss(struct job *j, unsigned long arg);
int act_used(struct job *j, unsigned long arg);
int act_same(struct job *j, unsigned long arg);
int act_head(struct job *j, unsigned long arg);
int act_inuse(struct job *j, unsigned long arg);
int act_inuse_over(struct job *j, unsigned long arg);
int act_objects(struct job *j, unsigned long arg);
int act_frozen(struct job *j, unsigned long arg);
int act_slab_cache(struct job *j, unsigned long arg);
int act_mark(struct job *j, unsigned long arg);
int act_cpu_state(struct job *j, unsigned long arg);
int act_cpu_no_slab(struct job *j, unsigned long arg);
int act_size(struct job *j, unsigned long arg);
int act_offset(struct job *j, unsigned long arg);

/* damage_list.c */
int act_list_next(struct job *j, unsigned long arg);
int act_list_decoy(struct job *j, unsigned long arg);
int act_list_skip(struct job *j, unsigned long arg);
int act_list_head(struct job *j, unsigned long arg);
int act_list_hole(struct job *j, unsigned long arg);
int act_list_page(struct job *j, unsigned long arg);
int act_list_back(struct job *j, unsigned long arg);
int act_list_circle(struct job *j, unsigned long arg);
int act_list_count(struct job *j, unsigned long arg);
int act_list_no_slab(struct job *j, unsigned long arg);
int act_list_node(struct job *j, unsigned long arg);

/* damage_sheaf.c */
int act_entry(struct job *j, unsigned long arg);
int act_entry_only(struct job *j, unsigned long arg);
int act_entry_add(struct job *j, unsigned long arg);
int act_entry_twice(struct job *j, unsigned long arg);
int act_entry_other_sheaf(struct job *j, unsigned long arg);
int act_entry_foreign(struct job *j, unsigned long arg);
int act_entry_no_slab(struct job *j, unsigned long arg);
int act_entry_free(struct job *j, unsigned long arg);
int act_sheaf_size(struct job *j, unsigned long arg);
int act_sheaf_cache(struct job *j, unsigned long arg);
int act_sheaf_pointer(struct job *j, unsigned long arg);
int act_sheaf_same(struct job *j, unsigned long arg);

/* descriptors.c */
enum inj_pointer {
	INJ_POINTER_CPU,
	INJ_POINTER_SHEAVES,
	INJ_POINTER_NODE,
	INJ_POINTER_BARN,
};

/* The page of ours is as it was. */
void inj_heal(struct job *j);
int act_defaced_link(struct job *j, unsigned long arg);
int act_defaced_entry(struct job *j, unsigned long arg);
int act_headless_entry(struct job *j, unsigned long arg);
int act_cache_pointer(struct job *j, unsigned long which);

/* unmap.c */

/**
 * inj_unmap() - one page of a slab can no longer be read
 * @j:	the job; until inj_map() nobody may touch what is in that page, so it must
 *	be of a cache of ours, from which nothing is allocated and to which nothing
 *	is freed meanwhile
 * @what: which page, see unmap.c
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL no such page is known; -ENOENT there is none here; -EBUSY one
 * is away; -EOPNOTSUPP it cannot be done on this machine.
 */
int inj_unmap(struct job *j, const char *what);

/* It can be read again; nothing to do if it can. */
void inj_map(void);

/* What is away, as text. */
int inj_unmap_show(char *buf);

/* settle.c */

/**
 * inj_settle() - go on with what slubwatch has isolated, and see that it holds
 * @j: the job; on return nothing of it is held
 *
 * Return: 0, or -EIO when an object was handed out that should not have been.
 */
int inj_settle(struct job *j);

/* Once it is broken: begin to free the slab's objects, and wait for the end. */
void inj_race_begin(struct job *j);
void inj_race_end(struct job *j);

/* strikes.c */

/**
 * inj_strikes() - damage and allocate, many times
 * @j:	a job at a place that allocations take from, nothing broken
 * @n:	how often; kinds of damage take turns
 * @first: the kind to begin with
 * @pause_ms: at most so long between the damage and the first allocation
 *
 * The machine survives that only if somebody takes the damage away in time.
 */
int inj_strikes(struct job *j, unsigned int n, unsigned int first,
		unsigned int pause_ms);

/* What the last strikes came to, as text. */
int inj_strikes_show(char *buf);

/* census.c */
int inj_fill(unsigned int slabs);
int inj_census(char *buf);

#endif /* _SLUBWATCH_INJECT_H */
