/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scene of a finding: the slab around a bad object.
 *
 * What changes at once is copied in the window in which the damage was seen:
 * which objects the lists led to, and the neighbours' bytes.  The rest is looked
 * at afterwards, without a lock, and the report says so.
 */
#ifndef _SLUBWATCH_SCENE_H
#define _SLUBWATCH_SCENE_H

#include "core/classify.h"

struct slw_record;

#define SLW_SCENE_OBJECTS	512	/* objects that the map shows */
#define SLW_SCENE_BYTES		96	/* bytes of a neighbour */
#define SLW_SCENE_WORDS		32	/* words that are looked up */
#define SLW_SCENE_NAME		44	/* bytes of what is there, with its NUL */
#define SLW_SCENE_SAME		6	/* other places of the bad word told */
#define SLW_SCENE_NEAR		0x1000000ul /* bytes on each side searched for it */

/* Sets of objects of the slab, of which each has a character of the map. */
enum slw_scene_set {
	SLW_SCENE_FREELIST,	/* the walk of the slab's freelist met it */
	SLW_SCENE_CPU_LIST,	/* that of the cpu freelist did */
	SLW_SCENE_SHEAF,	/* afterwards: in a main or spare sheaf of a CPU */
	SLW_SCENE_LOOSE,	/* afterwards: in none, but with a valid link */
	SLW_NR_SCENE_SETS
};

/* Pieces of memory besides the finding's dump. */
enum slw_scene_piece {
	SLW_SCENE_BEFORE,	/* the object before, from its start */
	SLW_SCENE_SELF,		/* the bad object, from its start */
	SLW_SCENE_BEHIND,	/* the object behind, from its start */
	SLW_NR_SCENE_PIECES
};

/**
 * struct slw_scene_word - a word of the dump or a piece that leads somewhere
 * @at:		bytes from the bad object
 * @name:	what is there
 */
struct slw_scene_word {
	s32 at;
	char name[SLW_SCENE_NAME];
};

/**
 * struct slw_scene - what is around a bad object
 * @walked:	bits of &enum slw_scene_set: these lists were walked
 * @sets:	bit i: object i of the slab is in the set
 * @len:	bytes of each piece, 0 if it was not there or is in the dump
 * @bytes:	of each piece
 * @looked:	the rest is filled: it was looked at after the window
 * @flags:	kmem_cache.flags
 * @ctor:	the cache has a constructor; -1 if that could not be told
 * @order:	order of the slabs it asks for
 * @per_slab:	objects in one of those
 * @slab_node:	memory node of the slab, -1 if there is no slab
 * @nr_same:	other words of the slab that are equal to the bad one
 * @same:	bytes from the slab's start to the first of them
 * @nr_near:	other slabs of the cache within %SLW_SCENE_NEAR bytes
 * @near_same:	words in those that are equal to the bad one
 * @nr_words:	how many of @words are filled
 * @nr_unnamed:	words that lead somewhere too, for which there was no room
 * @words:	words that lead somewhere, from low to high addresses
 */
struct slw_scene {
	u32 walked;
	unsigned long sets[SLW_NR_SCENE_SETS][BITS_TO_LONGS(SLW_SCENE_OBJECTS)];
	u32 len[SLW_NR_SCENE_PIECES];
	u8 bytes[SLW_NR_SCENE_PIECES][SLW_SCENE_BYTES];
	bool looked;
	u32 flags;
	int ctor;
	u32 order;
	u32 per_slab;
	int slab_node;
	u32 nr_same;
	u32 same[SLW_SCENE_SAME];
	u32 nr_near;
	u32 near_same;
	u32 nr_words;
	u32 nr_unnamed;
	struct slw_scene_word words[SLW_SCENE_WORDS];
};

/**
 * slw_scene_copy() - copy the objects around the bad one
 * @r: the record; its finding is filled
 *
 * Context: any, with slab locks held: copies 3 * %SLW_SCENE_BYTES at most.
 */
void slw_scene_copy(struct slw_record *r);

/**
 * slw_scene_met() - copy which objects the walk of a list has met
 * @r:	the record
 * @id:	which list
 * @met: bitmap, a bit for each object of the slab; NULL if it was not walked
 *
 * Context: any, with slab locks held.
 */
void slw_scene_met(struct slw_record *r, enum slw_scene_set id,
		   const unsigned long *met);

/**
 * slw_scene_look() - look at the rest
 * @r: the record
 *
 * Context: process, no slab locks, may sleep.  All loads may fault: by now the
 * slab may be anybody's.
 */
void slw_scene_look(struct slw_record *r);

#endif /* _SLUBWATCH_SCENE_H */
