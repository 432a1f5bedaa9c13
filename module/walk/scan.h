/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the walkers of a sweep have in common: where it is, and what it has found.
 */
#ifndef _SLUBWATCH_SCAN_H
#define _SLUBWATCH_SCAN_H

#include "core/addrset.h"
#include "finding/finding.h"
#include "slubwatch.h"
#include "walk/walk.h"
#include "walk/window.h"
#include "watch/remember.h"

/*
 * Findings that one visit to a CPU may make; more are dropped and counted.  On a
 * node's list a window ends with the batch that had one.
 */
#define SLW_FOUND	4

/**
 * struct slw_scan - the state of the sweep that is running
 * @sweep:	its number
 * @proven:	the self-test is through: what is found may be acted upon
 * @window:	the window that is open, and the time spent in windows
 * @place:	what is walked right now, for findings
 * @cpu:	CPU whose lists are walked, -1 for a node's
 * @node:	node whose lists are walked, -1 for a CPU's
 * @hub:	kmem_cache_cpu, kmem_cache_node, slub_percpu_sheaves or node_barn
 *		that is held
 * @sheaf:	the sheaf at hand
 * @entry:	and the entry in it
 * @moved:	the list at hand lost a member in this window: where it went on
 *		from there is not to be followed
 * @lanes:	chains walked side by side; lowered when a window was too short
 * @met:	objects that the walk of a list met in the slab of the next finding,
 *		by &enum slw_scene_set
 * @scouts:	run ahead along the list that is walked
 * @bound:	an unchanged slab is walked at least once in so many sweeps
 * @cut:	something in the list at hand was not decided
 * @batch:	slabs walked together
 * @chain:	the one chain that is walked with care
 * @seen:	its bitmap
 * @other:	bitmap of a cpu slab's own freelist
 * @set:	objects met in sheaves; NULL where there are none
 * @content:	a part of an object, copied
 * @nr_found:	findings since the last slw_scan_flush()
 * @found:	their copies
 *
 * There is one; the sweep lock protects it, and a per-CPU walk owns it while
 * the sweep waits.  Too big for a stack, allocated at load.
 */
struct slw_scan {
	u32 sweep;
	bool proven;
	struct slw_window window;
	enum slubwatch_place place;
	int cpu;
	int node;
	unsigned long hub;
	unsigned long sheaf;
	u32 entry;
	bool moved;
	unsigned int lanes;
	const unsigned long *met[SLW_SCENE_SHEAF];
	struct slw_scouts scouts;
	u32 bound;
	bool cut;
	struct slw_batch batch;
	struct slw_chain chain;
	unsigned long seen[BITS_TO_LONGS(SLW_MAX_OBJECTS + 1)];
	unsigned long other[BITS_TO_LONGS(SLW_MAX_OBJECTS + 1)];
	struct slw_addrset *set;
	u8 content[SLW_REMEMBER_BYTES];
	unsigned int nr_found;
	struct slw_record found[SLW_FOUND];
};

/**
 * slw_scan_begin() - a walker begins with a list
 * @scan:	the scan
 * @c:		the cache
 * @place:	the list
 */
void slw_scan_begin(struct slw_scan *scan, struct slw_cache *c,
		    enum slubwatch_place place);

/**
 * slw_scan_record() - copy what a finding needs, then isolate it if asked to
 * @scan:	the scan, in a window
 * @c:		the cache
 * @s:		the slab, as captured; NULL if it is none of a slab's
 * @v:		the verdict that two looks agreed on
 *
 * Context: any, with the slab locks held under which both looks were made.
 * Return: true when it is isolated.
 */
bool slw_scan_record(struct slw_scan *scan, struct slw_cache *c,
		     const struct slw_slab *s, const struct slw_verdict *v);

/**
 * slw_scan_flush() - hand on what was recorded; rest if the pace asks for it
 * @scan:	the scan, with no window open
 *
 * Context: process, no locks, may sleep.
 */
void slw_scan_flush(struct slw_scan *scan);

/**
 * slw_scan_trylock() - take a list's lock without waiting for it with
 * interrupts off
 * @try:	takes the lock, returns whether it did
 * @lock:	handed to @try
 * @flags:	handed to @try
 *
 * A lock that was overwritten never frees up, and a hot one is left to those
 * who need it: after many tries it is counted as busy.
 *
 * Context: process, may sleep between tries.
 * Return: true when taken.
 */
bool slw_scan_trylock(bool (*try)(void *lock, unsigned long *flags),
		      void *lock, unsigned long *flags);

#endif /* _SLUBWATCH_SCAN_H */
