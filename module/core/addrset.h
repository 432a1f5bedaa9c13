/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small set of addresses, to find an object that is in the sheaves twice.
 */
#ifndef _SLUBWATCH_CORE_ADDRSET_H
#define _SLUBWATCH_CORE_ADDRSET_H

#include "platform.h"

#define SLW_ADDRSET_BITS	11
#define SLW_ADDRSET_SLOTS	2048	/* 2 to the SLW_ADDRSET_BITS */
/* Above this a probe sequence gets long; what comes later is not compared. */
#define SLW_ADDRSET_FULL	(SLW_ADDRSET_SLOTS / 2)

/**
 * struct slw_addrset - open-addressed set that is emptied in no time
 * @round:	entries of other rounds are free; counted up to empty the set
 * @used:	entries of this round
 * @rounds:	round each slot was filled in
 * @slots:	the addresses
 */
struct slw_addrset {
	u16 round;
	u16 used;
	u16 rounds[SLW_ADDRSET_SLOTS];
	unsigned long slots[SLW_ADDRSET_SLOTS];
};

static inline void slw_addrset_clear(struct slw_addrset *set)
{
	set->used = 0;
	if (!++set->round) {
		memset(set->rounds, 0, sizeof(set->rounds));
		set->round = 1;
	}
}

/**
 * slw_addrset_add() - add an address
 * @set:	a set that was cleared once at least
 * @addr:	what to add
 *
 * Return: 0 when it was new, 1 when it was there already, -ENOSPC when the set
 * is too full to tell.
 */
static inline int slw_addrset_add(struct slw_addrset *set, unsigned long addr)
{
	u32 i = (u32)(((u64)addr * 0x9e3779b97f4a7c15ull) >>
		      (64 - SLW_ADDRSET_BITS));

	for (; set->rounds[i] == set->round; i = (i + 1) % SLW_ADDRSET_SLOTS)
		if (set->slots[i] == addr)
			return 1;
	if (set->used == SLW_ADDRSET_FULL)
		return -ENOSPC;
	set->used++;
	set->rounds[i] = set->round;
	set->slots[i] = addr;
	return 0;
}

#endif /* _SLUBWATCH_CORE_ADDRSET_H */
