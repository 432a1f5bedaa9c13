// SPDX-License-Identifier: GPL-2.0
/*
 * What a bad word is as an address, or as a number: see classify.h.
 */
#include "classify_look.h"

static void say_target(struct slw_text *t, const struct look *l)
{
	u32 near = l->fits[FIT_BIT].n;

	if (is_own(l->d, l->word))
		slw_say(t, "its own object, as if freed twice in a row");
	else
		slw_say(t, "object %u of this slab", object_of(l->d, l->word));
	if (l->hardened)
		slw_say(t, ", encoded by SLUB");
	if (near)
		slw_say(t, ", or 1 bit from %u other%s", near, near > 1 ? "s" : "");
}

/*
 * A hardened link that decodes to an object was made by who has the key, unless
 * it is a bit away from another one.  Not encoded, it was not made by SLUB.
 */
enum slw_certainty slw_detect_valid_target(const struct look *l,
					   struct slw_text *t)
{
	if (l->d->known || !on_grid(l->d, l->word))
		return SLW_NOT;
	if (l->hardened && l->stored)
		slw_say(t, "object %u of this slab, not encoded",
			object_of(l->d, l->word));
	else
		say_target(t, l);
	return SLW_CERTAIN;
}

enum slw_certainty slw_detect_zero(const struct look *l, struct slw_text *t)
{
	if (l->word)
		return SLW_NOT;
	slw_say(t, "%s", l->d->decoded || l->d->known ? "all bytes are zero" :
		l->leads ? "NULL: the list ends here, rightly or too early" :
		"NULL");
	return SLW_CERTAIN;
}

enum slw_certainty slw_detect_small_number(const struct look *l,
					   struct slw_text *t)
{
	if (!l->word || l->word > 0xffff)
		return SLW_NOT;
	slw_say(t, "the number %lu", l->word);
	return SLW_CERTAIN;
}

enum slw_certainty slw_detect_error_pointer(const struct look *l,
					    struct slw_text *t)
{
	if (!is_error(l->word))
		return SLW_NOT;
	slw_say(t, "ERR_PTR(%ld)", (long)l->word);
	return SLW_CONSISTENT;
}

/* Nearer than this to its slab, a pointer is told by where it is from there. */
#define NEAR_SLAB	0x1000000ul

static void say_kernel(struct slw_text *t, const struct look *l)
{
	const struct slw_damage *d = l->d;
	unsigned long end = object_at(d, d->objects);
	unsigned long before = d->first - l->word, behind = l->word - end;

	if (in_slab(d, l->word))
		slw_say(t, "0x%lx bytes into object %u of this slab",
			(l->word - d->first) % d->size, object_of(d, l->word));
	else if (d->objects && behind < NEAR_SLAB)
		slw_say(t, "0x%lx bytes behind this slab's objects", behind);
	else if (d->objects && before < NEAR_SLAB)
		slw_say(t, "0x%lx bytes before this slab's objects", before);
	else if (l->word >= 0xffffffff80000000ull)
		slw_say(t, "in the top 2 GiB, x86-64's image and modules");
	else
		slw_say(t, "an address of the kernel's%s",
			d->objects ? ", far from this slab" : "");
}

/* An address in the slab is told as a small change, if it is one. */
static bool is_told(const struct look *l)
{
	return !l->d->known && in_slab(l->d, l->word) &&
	       (on_grid(l->d, l->word) || slw_fits(l, FIT_STEP));
}

bool slw_say_pointed(struct slw_text *t, const struct slw_pointed *p)
{
	switch (p->what) {
	case SLW_POINTEE_OBJECT:
		slw_say(t, "object %u of %s%s", p->index,
			*p->name ? "a slab of " : "another slab", p->name);
		return true;
	case SLW_POINTEE_INSIDE:
		slw_say(t, "0x%x into object %u of %s%s", p->offset, p->index,
			*p->name ? "a slab of " : "another slab", p->name);
		return true;
	case SLW_POINTEE_FREE_PAGE:
		slw_say(t, "in a free page");
		return true;
	case SLW_POINTEE_SYMBOL:
		slw_say(t, "%s", p->name);
		return true;
	default:
		return false;
	}
}

static const struct slw_pointed *pointed(const struct look *l)
{
	return l->word == l->d->decoded ? &l->d->pointee : &l->d->raw_pointee;
}

/*
 * With five levels of page tables one noisy word in 256 is an address of the
 * kernel's; where the other look leads to something, that is to be told.
 */
static bool other_leads(const struct look *l)
{
	return pointed(l)->what == SLW_POINTEE_NOTHING && l->other &&
	       is_kernel(l->d, l->other->word) &&
	       pointed(l->other)->what > SLW_POINTEE_MEMORY;
}

/*
 * What is there says more than where it is.  An object that begins exactly
 * there is what a look showed; anything else chance may hit.
 */
enum slw_certainty slw_detect_kernel_pointer(const struct look *l,
					     struct slw_text *t)
{
	const struct slw_pointed *p = pointed(l);
	enum fit_id stronger = l->word % WORD ? FIT_ANY : FIT_STEP;

	if (!is_kernel(l->d, l->word) || is_told(l) || other_leads(l))
		return SLW_NOT;
	if (in_slab(l->d, l->word) || !slw_say_pointed(t, p))
		say_kernel(t, l);
	if (p->what == SLW_POINTEE_OBJECT)
		return SLW_CERTAIN;
	if (p->what == SLW_POINTEE_NOTHING || p->what == SLW_POINTEE_MEMORY)
		slw_say(t, ": no object");
	return slw_fits_above(l, stronger) ? SLW_POSSIBLE : SLW_CONSISTENT;
}

/*
 * Above 47 bits (arm64: 48), mmap() gives an address only to who asks for one
 * there, even where tables of five levels have 56.
 */
#define USER_BITS	48

enum slw_certainty slw_detect_user_address(const struct look *l,
					   struct slw_text *t)
{
	bool large = high_half(l->word);
	bool given = large && !(l->word >> USER_BITS);

	if (l->word <= 0xffff || !is_user(l->d, l->word))
		return SLW_NOT;
	slw_say(t, "%s", large ? "an address of user space" :
		"a 32-bit number, or a low address of user space");
	return given && !slw_fits_above(l, FIT_ANY) ? SLW_CONSISTENT : SLW_POSSIBLE;
}

enum slw_certainty slw_detect_noise(const struct look *l, struct slw_text *t)
{
	if (l->stored || l->leads || slw_fits_above(l, FIT_ANY) ||
	    is_kernel(l->d, l->word) || is_user(l->d, l->word) ||
	    is_error(l->word))
		return SLW_NOT;
	slw_say(t, "noise: the slot of a hardened list was overwritten");
	return SLW_CONSISTENT;
}

enum slw_certainty slw_detect_random(const struct look *l, struct slw_text *t)
{
	const struct fit *f = &l->fits[FIT_ANY];

	if (!l->lonely)
		return SLW_NOT;
	slw_say(t, "nothing known fits");
	if (f->n && l->d->known)
		slw_say(t, "; %u bits differ", f->distance);
	else if (f->n)
		slw_say(t, "; the nearest of %u pointers is %u bits off", f->n,
			f->distance);
	return SLW_POSSIBLE;
}
