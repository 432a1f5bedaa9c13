/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Findings: copied values only; from here on nothing touches SLUB's memory.
 */
#ifndef _SLUBWATCH_FINDING_H
#define _SLUBWATCH_FINDING_H

#include "finding/provenance.h"
#include "finding/scene.h"
#include "slubwatch.h"

/* Findings kept; what comes when all of them are still open is dropped. */
#define SLW_FINDINGS	24

/**
 * struct slw_record - a finding as it is kept, with all that its report tells
 * @f:		what others are told too
 * @origins:	who had the object, if its cache is watched
 * @scene:	the slab around it
 */
struct slw_record {
	struct slubwatch_finding f;
	struct slw_origins origins;
	struct slw_scene scene;
};

/**
 * slw_is_content() - is it about what an object holds, not about a link?
 * @kind: of a finding
 */
static inline bool slw_is_content(enum slubwatch_kind kind)
{
	return kind == SLUBWATCH_KIND_CONTENT ||
	       kind == SLUBWATCH_KIND_REDZONE ||
	       kind == SLUBWATCH_KIND_WRITTEN;
}

/**
 * slw_bad_word() - address of the word that a finding complains of
 * @f: a finding whose object is known
 *
 * Return: that of the object's free pointer, or of the word around @f->at.
 */
static inline unsigned long slw_bad_word(const struct slubwatch_finding *f)
{
	long at = slw_is_content(f->kind) ? f->at & -(long)sizeof(long) :
					    (long)f->offset;

	return f->object + (unsigned long)at;
}

/* From now on it is this sweep that sees what is seen. */
void slw_findings_sweep(u32 sweep);

/**
 * slw_finding_seen() - is it known already?
 * @f:		the finding
 *
 * Known is what has the same cache, slab, object and kind, had the same done
 * about it, and was seen by every complete look at its cache since.
 *
 * Context: process, with the lock that telling is done under (tell.c).
 * Return: true when known; it is counted as seen once more.
 */
bool slw_finding_seen(const struct slubwatch_finding *f);

/**
 * slw_finding_add() - keep a new finding
 * @r: the finding; @r->f.seq and @r->f.times are filled
 *
 * Context: process, with the lock that telling is done under (tell.c).
 * Return: false when there is no room: it is counted as dropped, and not to be
 * told, since it would be told every sweep.
 */
bool slw_finding_add(struct slw_record *r);

/**
 * slw_finding_update() - what was learned of a finding after it was added
 * @r: the finding, with its number
 *
 * Context: process, with the lock that telling is done under (tell.c).
 */
void slw_finding_update(const struct slw_record *r);

/**
 * slw_findings_close() - a cache was looked at completely
 * @kmem_cache: its address
 *
 * Findings that this sweep did not see are over; should the same come back, it
 * is new.
 */
void slw_findings_close(unsigned long kmem_cache);

/* A cache is gone: so is all that was found in it.  Nothing is removed. */
void slw_findings_gone(unsigned long kmem_cache);

/**
 * slw_finding_get() - copy a finding out
 * @seq:	lowest number wanted
 * @r:		filled with the first kept finding from @seq on
 *
 * Context: process.
 * Return: false when there is none.
 */
bool slw_finding_get(u32 seq, struct slw_record *r);

/**
 * slw_finding_last() - the newest findings, without a lock
 * @back: 0 for the newest, 1 for the one before
 *
 * Context: the panic notifier only.
 * Return: the finding, NULL if there are not so many or it was replaced.
 */
const struct slw_record *slw_finding_last(unsigned int back);

/* Free what findings took; nobody may ask for any again. */
void slw_findings_exit(void);

#endif /* _SLUBWATCH_FINDING_H */
