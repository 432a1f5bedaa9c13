/* SPDX-License-Identifier: GPL-2.0 */
/*
 * slubwatch - the public header: what a finding is and how to be told of one.
 *
 * This is the only header another module needs.  Structures grow at their end
 * only; @size in a finding says how much of it the running slubwatch fills.
 */
#ifndef _SLUBWATCH_H
#define _SLUBWATCH_H

#ifdef __KERNEL__
#include <linux/types.h>
#endif

/*
 * Every kind of finding: identifier, stable name, and the sentence that the
 * log prints, in SLUB's own words where SLUB has them.
 */
#define SLUBWATCH_KINDS(X) \
	X(FREEPTR, "freepointer", \
	  "Freechain corrupt: free pointer leads out of its slab or between objects") \
	X(HEAD, "freelist-head", \
	  "Freechain corrupt: head of the freelist is not an object of its slab") \
	X(CYCLE, "cycle", \
	  "Freelist cycle detected") \
	X(DUPLICATE, "duplicate", \
	  "Object is on two lists at once") \
	X(COUNT, "count", \
	  "Wrong object count: free objects found differ from objects - inuse") \
	X(NOT_SLAB, "not-slab", \
	  "Not a valid slab page on a list of slabs") \
	X(WRONG_CACHE, "wrong-cache", \
	  "Slab belongs to another cache") \
	X(OBJECTS, "objects", \
	  "Slab's number of objects or order is not one of its cache's") \
	X(FROZEN, "frozen", \
	  "Slab is frozen where it may not be, or not where it must be") \
	X(MARK, "partial-mark", \
	  "Slab is marked as on a partial list where it is not, or not where it is") \
	X(WRONG_NODE, "wrong-node", \
	  "Slab is on the partial list of another node") \
	X(NO_FREE, "no-free", \
	  "Slab without a free object on a partial list") \
	X(LIST_LINK, "list-link", \
	  "List of slabs or sheaves is broken") \
	X(LIST_COUNT, "list-count", \
	  "List length differs from its counter") \
	X(CPU_STATE, "cpu-state", \
	  "CPU has a freelist but no slab") \
	X(CACHE_NUMBERS, "cache-numbers", \
	  "Cache's own numbers are impossible") \
	X(SHEAF_POINTER, "sheaf-pointer", \
	  "Sheaf or barn pointer leads nowhere") \
	X(SHEAF_SIZE, "sheaf-size", \
	  "Sheaf holds more objects than it can, or not none where it must") \
	X(SHEAF_CACHE, "sheaf-cache", \
	  "Sheaf belongs to another cache") \
	X(SHEAF_FOREIGN, "sheaf-foreign", \
	  "Sheaf entry is not an object of this cache") \
	X(SHEAF_MISALIGNED, "sheaf-misaligned", \
	  "Sheaf entry points between objects") \
	X(SHEAF_DUPLICATE, "sheaf-duplicate", \
	  "Object is in the CPU's sheaves or the barn twice (double free)") \
	X(SHEAF_FREE, "sheaf-free", \
	  "Sheaf entry is also on its slab's freelist (double free)") \
	X(CONTENT, "content", \
	  "Free object does not hold what SLUB filled it with (init_on_free, poison)") \
	X(REDZONE, "redzone", \
	  "Red zone of a free object was overwritten") \
	X(WRITTEN, "use-after-free-write", \
	  "Free object was written to: it has changed since it was looked at last")

enum slubwatch_kind {
#define SLUBWATCH_KIND_ENUM(id, name, text)	SLUBWATCH_KIND_##id,
	SLUBWATCH_KINDS(SLUBWATCH_KIND_ENUM)
#undef SLUBWATCH_KIND_ENUM
	SLUBWATCH_NR_KINDS
};

/* Where SLUB keeps free objects: identifier and stable name. */
#define SLUBWATCH_PLACES(X) \
	X(CPU_FREELIST,	"cpu-freelist")	/* kmem_cache_cpu.freelist */ \
	X(CPU_SLAB,	"cpu-slab")	/* freelist of the cpu slab itself */ \
	X(CPU_PARTIAL,	"cpu-partial")	/* slabs on kmem_cache_cpu.partial */ \
	X(NODE_PARTIAL,	"node-partial")	/* slabs on kmem_cache_node.partial */ \
	X(SHEAF_MAIN,	"sheaf-main")	/* slub_percpu_sheaves.main */ \
	X(SHEAF_SPARE,	"sheaf-spare")	/* slub_percpu_sheaves.spare */ \
	X(SHEAF_RCU,	"sheaf-rcu")	/* slub_percpu_sheaves.rcu_free */ \
	X(BARN_FULL,	"barn-full")	/* node_barn.sheaves_full */ \
	X(BARN_EMPTY,	"barn-empty")	/* node_barn.sheaves_empty */ \
	X(CACHE,	"cache")	/* struct kmem_cache itself */

enum slubwatch_place {
#define SLUBWATCH_PLACE_ENUM(id, name)		SLUBWATCH_PLACE_##id,
	SLUBWATCH_PLACES(SLUBWATCH_PLACE_ENUM)
#undef SLUBWATCH_PLACE_ENUM
	SLUBWATCH_NR_PLACES
};

/*
 * What was done so that nobody follows the damage (action=isolate): identifier,
 * stable name, and, where nothing was done, the reason.
 */
#define SLUBWATCH_ISOLATIONS(X) \
	X(NOT_ASKED, "not-asked", "action= does not say isolate") \
	X(DONE, "done", "") \
	X(NO_RECIPE, "no-recipe", "damage of this kind is only told") \
	X(NOT_HERE, "not-here", "how this kernel changes a freelist is not known") \
	X(DEBUG_CACHE, "debug-cache", "SLUB itself looks after a cache with debug flags") \
	X(USED_UP, "used-up", "isolate_max is used up") \
	X(AGAIN, "again", "the slab was isolated for the same damage before") \
	X(BROKEN_LIST, "broken-list", "the list around it is broken too") \
	X(BUSY, "busy", "it was locked, or could not be written")

enum slubwatch_isolation {
#define SLUBWATCH_ISOLATION_ENUM(id, name, text)	SLUBWATCH_ISOLATION_##id,
	SLUBWATCH_ISOLATIONS(SLUBWATCH_ISOLATION_ENUM)
#undef SLUBWATCH_ISOLATION_ENUM
	SLUBWATCH_NR_ISOLATIONS
};

/* What came upon it: identifier, stable name, and when that is. */
#define SLUBWATCH_MEANS(X) \
	X(PATROL, "patrol", "in a sweep") \
	X(GUARD, "guard", "at an allocation") \
	X(REFILL, "guard", "before a refill")

enum slubwatch_means {
#define SLUBWATCH_MEANS_ENUM(id, name, text)		SLUBWATCH_BY_##id,
	SLUBWATCH_MEANS(SLUBWATCH_MEANS_ENUM)
#undef SLUBWATCH_MEANS_ENUM
	SLUBWATCH_NR_MEANS
};

#define SLUBWATCH_CACHE_NAME	48	/* bytes, longer names are cut */
#define SLUBWATCH_DUMP		384	/* bytes copied around a bad object */
#define SLUBWATCH_NOTES		6	/* things said of the damage */
#define SLUBWATCH_NOTE		128	/* bytes of one, with its NUL */

/**
 * struct slubwatch_finding - one corruption, in copied values only
 *
 * @size:	bytes of this structure that are filled
 * @seq:	number of the finding since load, from 1
 * @time_ns:	CLOCK_BOOTTIME in ns when it was seen first
 * @kind:	what is wrong
 * @place:	on which list
 * @times:	sweeps in a row that saw the same
 * @cache:	name of the cache (the first creator's, if merged)
 * @kmem_cache:	address of the cache
 * @cpu:	owner of the list, -1 for a node's
 * @node:	node of the list, -1 for a CPU's
 * @slot:	bytes from object to object (kmem_cache.size)
 * @object_size: bytes of an object as its user sees it
 * @offset:	bytes from an object to its free pointer (kmem_cache.offset)
 * @order:	pages of the slab, as a power of two
 * @inuse:	slab.inuse, as captured
 * @objects:	slab.objects, as captured
 * @slab:	address of the slab's first byte, 0 if it could not be told
 * @page:	address of its struct slab, or struct page before 5.17
 * @object:	the object whose link is bad, or the bad sheaf entry
 * @index:	its place in the slab, -1 if it is not an object of it
 * @raw:	the word as it stands in memory
 * @decoded:	what the kernel makes of @raw (differs from it if hardened)
 * @expected:	what ought to be there, 0 if it could not be told
 * @found:	free objects found, for counts
 * @dump_start:	address of the first byte of @dump
 * @dump_len:	bytes copied to @dump
 * @dump:	memory from before the object to behind it, as it was
 * @nr_notes:	lines in @notes
 * @notes:	what the damage looks like, strongest first
 * @isolation:	what was done so that nobody follows it
 * @lost:	objects given up by that; at most, of a cpu freelist and where a
 *		count is wrong: those in use cannot be told from them; of a
 *		sheaf, entries that lead to no object
 * @kept:	objects of the slab, or entries of the sheaf, that stay in service
 * @at:		bytes from @object to the first one that is not what it ought to
 *		be, negative in the left red zone; content, redzone and
 *		use-after-free-write only, whose @raw and @expected are the
 *		aligned word around it
 * @by:		what came upon it first
 */
struct slubwatch_finding {
	u32 size;
	u32 seq;
	u64 time_ns;
	enum slubwatch_kind kind;
	enum slubwatch_place place;
	u32 times;
	char cache[SLUBWATCH_CACHE_NAME];
	unsigned long kmem_cache;
	int cpu;
	int node;
	u32 slot;
	u32 object_size;
	u32 offset;
	u32 order;
	u32 inuse;
	u32 objects;
	unsigned long slab;
	unsigned long page;
	unsigned long object;
	int index;
	unsigned long raw;
	unsigned long decoded;
	unsigned long expected;
	u32 found;
	unsigned long dump_start;
	u32 dump_len;
	u8 dump[SLUBWATCH_DUMP];
	u32 nr_notes;
	char notes[SLUBWATCH_NOTES][SLUBWATCH_NOTE];
	enum slubwatch_isolation isolation;
	u32 lost;
	u32 kept;
	s32 at;
	enum slubwatch_means by;
};

#define SLUBWATCH_RING_MAGIC	"slubwatch ring 2"	/* 16 bytes, no NUL */

/**
 * struct slubwatch_ring - where a reader of a dump finds the findings
 *
 * @magic:	%SLUBWATCH_RING_MAGIC, once in the module's memory
 * @nr:		slots, in no order; one whose finding has no @seq is empty
 * @size:	bytes of a &struct slubwatch_finding, with which a slot begins
 * @slots:	address of their addresses; one that is NULL is empty
 *
 * No symbol and no debug information of the module is needed: look for the
 * magic in the memory that the kernel's list of modules gives for it
 * (scripts/slubwatch-drgn does).
 */
struct slubwatch_ring {
	char magic[16];
	u32 nr;
	u32 size;
	const void *slots;
};

#ifdef __KERNEL__
struct notifier_block;

/**
 * slubwatch_register_notifier() - be told of every new finding
 * @nb: called with action = &enum slubwatch_kind and data = a
 *	&struct slubwatch_finding that is valid for the call only
 *
 * Context: process context, may sleep.  The callback runs in process context
 * with no lock of SLUB's held and may sleep and allocate; it must not write
 * slubwatch's parameters.  A finding is told once, not every sweep.  NOTIFY_STOP
 * keeps later callbacks from being called and changes nothing else.
 * Return: 0, or -EEXIST when @nb is registered already (since 5.15).
 */
int slubwatch_register_notifier(struct notifier_block *nb);

/**
 * slubwatch_unregister_notifier() - stop being told
 * @nb: what was registered
 *
 * Context: process context, may sleep.  On return no callback is running.
 * Return: 0, or -ENOENT when @nb was not registered.
 */
int slubwatch_unregister_notifier(struct notifier_block *nb);

/**
 * slubwatch_kind_name() - the stable name of a kind
 * @kind: any value
 *
 * Context: any.
 * Return: a constant string, "?" for a value out of range.
 */
const char *slubwatch_kind_name(enum slubwatch_kind kind);

/**
 * slubwatch_place_name() - the stable name of a place
 * @place: any value
 *
 * Context: any.
 * Return: a constant string, "?" for a value out of range.
 */
const char *slubwatch_place_name(enum slubwatch_place place);

/**
 * slubwatch_isolation_name() - the stable name of what was done
 * @isolation: any value
 *
 * Context: any.
 * Return: a constant string, "?" for a value out of range.
 */
const char *slubwatch_isolation_name(enum slubwatch_isolation isolation);
#endif /* __KERNEL__ */

#endif /* _SLUBWATCH_H */
