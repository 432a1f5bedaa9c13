/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files classify*.c share and nobody else needs.
 *
 * Two questions are put to a word.  What does it hold: text, a descriptor, a
 * poison?  And how far is it from a pointer that might have stood there: a bit,
 * a byte, a half?  The second is answered for all of those pointers at once, by
 * the table of fits; then each class has its detector.
 */
#ifndef _SLUBWATCH_CORE_CLASSIFY_LOOK_H
#define _SLUBWATCH_CORE_CLASSIFY_LOOK_H

#include "classify.h"

/*
 * Ways in which a word may have come from a pointer, the less is assumed the
 * further up.  FIT_ANY is none: it keeps the nearest.
 */
enum fit_id {
	FIT_BIT,	/* one bit differs */
	FIT_ZEROED,	/* one byte differs and is zero now */
	FIT_BYTE,	/* one byte differs */
	FIT_STEP,	/* a little more or less, as a number */
	FIT_HIGH,	/* only bytes of the high half differ */
	FIT_LOW,	/* only bytes of the low half differ */
	FIT_BYTES,	/* up to four bytes in a row differ */
	FIT_ANY,
	NR_FITS
};

/**
 * struct fit - the pointers that fit in one way
 * @target:	the nearest of them, decoded
 * @distance:	how far it is, from 1; 0 if there is none
 * @n:		how many fit (FIT_STEP: are that near)
 */
struct fit {
	unsigned long target;
	u32 distance;
	u32 n;
};

/**
 * struct view - the bytes around the word
 * @bytes:	the copy
 * @len:	bytes in it
 * @at:		where the word begins
 */
struct view {
	const u8 *bytes;
	u32 len;
	u32 at;
};

/**
 * struct look - the word as it is stored, or decoded
 * @d:		what was handed in
 * @word:	the word
 * @key:	what a pointer is combined with to be written like @word
 * @stored:	this is the word as it is stored
 * @hardened:	the two differ
 * @leads:	the word decodes to a valid pointer
 * @lonely:	nothing was observed so far
 * @other:	the other look, if there is one
 * @view:	what to search for text
 * @own:	the word's bytes, for want of more
 * @fits:	pointers that @word may have been
 */
struct look {
	const struct slw_damage *d;
	unsigned long word;
	unsigned long key;
	bool stored;
	bool hardened;
	bool leads;
	bool lonely;
	const struct look *other;
	struct view view;
	u8 own[sizeof(long)];
	struct fit fits[NR_FITS];
};

#define WORD		((u32)sizeof(long))
#define HALF_BITS	(BITS_PER_LONG / 2)
#define STEP_MAX	4096u

/*
 * Bits and bytes; byte 0 is the least significant one.
 */

static inline u32 count_bits(unsigned long x)
{
	return (u32)hweight_long(x);
}

static inline u32 lowest_bit(unsigned long x)
{
	return count_bits((x & -x) - 1);
}

static inline u8 byte_of(unsigned long x, u32 i)
{
	return (u8)(x >> (8 * i));
}

static inline u32 first_byte(unsigned long x)
{
	return lowest_bit(x) / 8;
}

static inline u32 last_byte(unsigned long x)
{
	u32 i = WORD - 1;

	while (i && !byte_of(x, i))
		i--;
	return i;
}

static inline unsigned long high_half(unsigned long x)
{
	return x >> HALF_BITS;
}

static inline unsigned long low_half(unsigned long x)
{
	return x & (~0ul >> HALF_BITS);
}

/*
 * Where addresses lie.  Which part of the address space is the kernel's goes by
 * where the slab is, so that no page table need be asked.
 */

static inline unsigned long kernel_floor(unsigned long slab)
{
	static const u64 floors[] = {
		0xffff800000000000ull,	/* x86-64 */
		0xffff000000000000ull,	/* arm64, 48 bits */
		0xfff0000000000000ull,	/* arm64, 52 bits */
		0xff00000000000000ull,	/* x86-64, five levels */
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(floors); i++)
		if (slab >= floors[i])
			return (unsigned long)floors[i];
	return (unsigned long)floors[1];
}

static inline bool is_error(unsigned long word)
{
	return -word - 1 < 4095;
}

static inline bool is_kernel(const struct slw_damage *d, unsigned long addr)
{
	return addr >= kernel_floor(d->first) && !is_error(addr);
}

static inline bool is_user(const struct slw_damage *d, unsigned long addr)
{
	return addr <= ~kernel_floor(d->first);
}

static inline bool in_slab(const struct slw_damage *d, unsigned long addr)
{
	return addr - d->first < (unsigned long)d->objects * d->size;
}

static inline u32 object_of(const struct slw_damage *d, unsigned long addr)
{
	return (u32)((addr - d->first) / d->size);
}

static inline unsigned long object_at(const struct slw_damage *d, u32 index)
{
	return d->first + (unsigned long)index * d->size;
}

/* The start of an object of the slab. */
static inline bool on_grid(const struct slw_damage *d, unsigned long addr)
{
	return in_slab(d, addr) && object_at(d, object_of(d, addr)) == addr;
}

/* The object that has the word, as a link; no link leads to its own. */
static inline bool is_own(const struct slw_damage *d, unsigned long addr)
{
	return d->what == SLW_DAMAGED_LINK && in_slab(d, d->slot) &&
	       object_of(d, d->slot) == object_of(d, addr);
}

/* What it decodes to is what might stand there, however wrong it is. */
static inline bool leads_well(const struct slw_damage *d)
{
	if (d->known)
		return false;
	return d->decoded ? on_grid(d, d->decoded) :
			    d->what != SLW_DAMAGED_ENTRY;
}

/*
 * May it be a pointer to something elsewhere, rather than a link that was
 * changed?  Not if nothing is there.
 */
static inline bool leads_out(const struct slw_damage *d)
{
	return d->pointee.what != SLW_POINTEE_NOTHING && !(d->decoded % WORD) &&
	       is_kernel(d, d->decoded) && !in_slab(d, d->decoded);
}

/* What text is made of. */
static inline bool is_text(u8 c)
{
	return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
}

static inline bool is_text16(const u8 *p)
{
	return is_text(p[0]) && !p[1];
}

/* One byte in every place: which, or -1. */
static inline int fill_of(unsigned long word)
{
	u8 byte = byte_of(word, 0);

	return word == ~0ul / 0xff * byte ? byte : -1;
}

/* Put every pointer that may have stood there to the fits (classify_fits.c). */
void slw_try_targets(struct look *l);

/* Does a pointer fit in this way, and does what is decoded not lead well? */
bool slw_fits(const struct look *l, enum fit_id id);

/* Does any of the fits above @below explain the word? */
bool slw_fits_above(const struct look *l, enum fit_id below);

/*
 * Detectors, one a class.  Each looks at the word of one look, returns how
 * strongly it may be said, and says it.
 */
#define SLW_CLASS_DETECTOR(id, fn, name, text) \
	enum slw_certainty slw_detect_##fn(const struct look *l, \
					   struct slw_text *t);
SLW_CLASSES(SLW_CLASS_DETECTOR)
#undef SLW_CLASS_DETECTOR

#endif /* _SLUBWATCH_CORE_CLASSIFY_LOOK_H */
