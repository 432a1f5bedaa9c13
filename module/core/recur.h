/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What several findings of a boot have in common.
 *
 * Memory that fails knows nothing of caches: the same bit goes wrong wherever a
 * line or a cell of it is used.  Software that writes to what it has freed
 * knows nothing of addresses: it hits the same place in one kind of object.
 * So the same bit speaks for hardware only if it was met in other slabs and at
 * another place of an object or in another cache as well; at the very same
 * place each time it may also be one flag that is written after free.  The same
 * place speaks for software only if not always the same bit was hit there.  Two
 * findings may agree by chance, so that of a third on it is said.  And the same
 * whole word in several objects was written, not flipped.
 */
#ifndef _SLUBWATCH_CORE_RECUR_H
#define _SLUBWATCH_CORE_RECUR_H

#include "classify.h"

#define SLW_MARKS	32	/* earlier findings that are remembered */
#define SLW_PATTERN_TEXTS	2
#define SLW_PATTERN_TEXT	110	/* bytes, with the NUL */
#define SLW_NO_PLACE	(~0u)

/**
 * struct slw_mark - what is remembered of a finding
 * @cache:	any number that is the cache's own
 * @home:	address of the slab's first object, or of the word if it is not
 *		in an object
 * @slot:	address of the word
 * @place:	bytes from the object to the first byte that differs;
 *		%SLW_NO_PLACE if that is not known, or outside objects
 * @raw:	the word as it stood in memory
 * @xor:	bits that differ from the only pointer it can have been, else 0
 * @seq:	the finding's number
 */
struct slw_mark {
	unsigned long cache;
	unsigned long home;
	unsigned long slot;
	u32 place;
	unsigned long raw;
	unsigned long xor;
	u32 seq;
};

/**
 * struct slw_pattern_memory - the last findings of this boot; zeroed at first
 * @nr:		marks ever made
 * @marks:	the last %SLW_MARKS of them
 */
struct slw_pattern_memory {
	u32 nr;
	struct slw_mark marks[SLW_MARKS];
};

enum slw_speaks {
	SLW_SPEAKS_NOT,		/* nothing in common with earlier findings */
	SLW_SPEAKS_EITHER,	/* hardware and software both do such */
	SLW_SPEAKS_HARDWARE,
	SLW_SPEAKS_SOFTWARE,
};

/**
 * struct slw_pattern - what a finding has in common with earlier ones
 * @bit:	the single bit that differs, -1 if it is not a single one
 * @same_bit:	other slabs where that very bit differed
 * @same_place:	other objects of the cache damaged at the same place
 * @same_word:	other objects that held the same bad word
 * @speaks:	for whom
 * @nr_texts:	lines in @texts, 0 for %SLW_SPEAKS_NOT
 * @texts:	the same in words
 */
struct slw_pattern {
	int bit;
	u32 same_bit;
	u32 same_place;
	u32 same_word;
	enum slw_speaks speaks;
	u32 nr_texts;
	char texts[SLW_PATTERN_TEXTS][SLW_PATTERN_TEXT];
};

/**
 * slw_pattern_note() - compare a new finding with the earlier ones, keep it
 * @mem:	the earlier ones
 * @cache:	any number that is the cache's own, such as its address
 * @seq:	the finding's number
 * @d:		the bad word
 * @dx:		what slw_classify() made of it
 * @p:		filled
 *
 * Context: any; the caller serialises.
 */
void slw_pattern_note(struct slw_pattern_memory *mem, unsigned long cache,
		      u32 seq, const struct slw_damage *d,
		      const struct slw_diagnosis *dx, struct slw_pattern *p);

#endif /* _SLUBWATCH_CORE_RECUR_H */
