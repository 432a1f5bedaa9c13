/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How SLUB stores a free pointer.
 */
#ifndef _SLUBWATCH_CORE_FREEPTR_H
#define _SLUBWATCH_CORE_FREEPTR_H

#include "types.h"

/**
 * slw_freeptr_decode() - what the kernel makes of a stored free pointer
 * @g:		numbers of the cache
 * @raw:	the word as stored
 * @slot:	address it is stored at
 *
 * The same formula encodes.  With CONFIG_SLAB_FREELIST_HARDENED the pointer is
 * combined with the cache's key and the byte-swapped address of its slot:
 * freelist_ptr() in slub.c up to 6.6, freelist_ptr_decode() since.  The swab()
 * is there since Linux kernel commit 1ad53d9fa3f6 ("slub: improve bit diffusion
 * for freelist ptr obfuscation") (in v5.7).
 *
 * Return: the next free object, 0 at the end of a list, or anything at all if
 * the slot was overwritten.
 */
static inline unsigned long slw_freeptr_decode(const struct slw_geometry *g,
					       unsigned long raw,
					       unsigned long slot)
{
	return g->hardened ? raw ^ g->random ^ swab_long(slot) : raw;
}

#endif /* _SLUBWATCH_CORE_FREEPTR_H */
