// SPDX-License-Identifier: GPL-2.0
/*
 * How far a bad word is from a pointer that may have stood there: see classify.h.
 */
#include "classify_look.h"

/*
 * Fits: how far is the word from what @target would be written as?  0 if it
 * does not fit.  @xor is what differs, never 0.
 */

static u32 fit_bit(const struct look *l, unsigned long target,
		   unsigned long xor)
{
	return count_bits(xor) == 1;
}

static u32 fit_byte(const struct look *l, unsigned long target,
		    unsigned long xor)
{
	return first_byte(xor) == last_byte(xor) ? count_bits(xor) : 0;
}

static u32 fit_zeroed(const struct look *l, unsigned long target,
		      unsigned long xor)
{
	return byte_of(l->word, first_byte(xor)) ? 0 : fit_byte(l, target, xor);
}

/* Steps of whole objects are links astray, not numbers counted up. */
static u32 fit_step(const struct look *l, unsigned long target,
		    unsigned long xor)
{
	unsigned long up = l->word - (target ^ l->key);
	unsigned long step = up > ~up ? -up : up;

	if (step > STEP_MAX)
		return 0;
	return !l->key && !l->d->known && !(step % l->d->size) ? 0 : (u32)step;
}

static u32 fit_high(const struct look *l, unsigned long target,
		    unsigned long xor)
{
	return low_half(xor) ? 0 : count_bits(xor);
}

static u32 fit_low(const struct look *l, unsigned long target,
		   unsigned long xor)
{
	return high_half(xor) ? 0 : count_bits(xor);
}

static u32 fit_bytes(const struct look *l, unsigned long target,
		     unsigned long xor)
{
	return last_byte(xor) - first_byte(xor) < 4 ? count_bits(xor) : 0;
}

static u32 fit_any(const struct look *l, unsigned long target,
		   unsigned long xor)
{
	return count_bits(xor);
}

static u32 (*const fit_of[NR_FITS])(const struct look *l, unsigned long target,
				    unsigned long xor) = {
	[FIT_BIT]	= fit_bit,
	[FIT_ZEROED]	= fit_zeroed,
	[FIT_BYTE]	= fit_byte,
	[FIT_STEP]	= fit_step,
	[FIT_HIGH]	= fit_high,
	[FIT_LOW]	= fit_low,
	[FIT_BYTES]	= fit_bytes,
	[FIT_ANY]	= fit_any,
};

static void note_fit(struct look *l, enum fit_id id, unsigned long target,
		     u32 distance)
{
	struct fit *f = &l->fits[id];

	if (!f->distance || distance < f->distance) {
		f->target = target;
		f->distance = distance;
		f->n = id == FIT_STEP ? 0 : f->n;
	}
	if (id != FIT_STEP || distance == f->distance)
		f->n++;
}

static void try_target(struct look *l, unsigned long target)
{
	unsigned long xor = l->word ^ target ^ l->key;
	u32 id, distance;

	for (id = 0; xor && id < NR_FITS; id++) {
		distance = fit_of[id](l, target, xor);
		if (distance)
			note_fit(l, id, target, distance);
	}
}

void slw_try_targets(struct look *l)
{
	const struct slw_damage *d = l->d;
	u32 i;

	if (d->known) {
		try_target(l, d->expected);
		return;
	}
	for (i = 0; i < d->objects; i++)
		if (!is_own(d, object_at(d, i)))
			try_target(l, object_at(d, i));
	if (d->objects && d->what != SLW_DAMAGED_ENTRY)
		try_target(l, 0);
}

bool slw_fits(const struct look *l, enum fit_id id)
{
	return !l->leads && l->fits[id].n;
}

/* Does any of the fits above @below explain the word? */
bool slw_fits_above(const struct look *l, enum fit_id below)
{
	u32 id;

	for (id = 0; id < below; id++)
		if (slw_fits(l, id))
			return true;
	return false;
}

static unsigned long fit_xor(const struct look *l, const struct fit *f)
{
	return l->word ^ f->target ^ l->key;
}

static u8 byte_before(const struct look *l, const struct fit *f, u32 i)
{
	return byte_of(f->target ^ l->key, i);
}

static void say_pointer(struct slw_text *t, const struct look *l,
			unsigned long target)
{
	if (l->d->known)
		slw_say(t, "what ought to be there");
	else if (!target)
		slw_say(t, "NULL");
	else
		slw_say(t, "object %u", object_of(l->d, target));
}

/* Where it led before: the nearest, and how many others it may have been. */
static void say_before(struct slw_text *t, const struct look *l,
		       const struct fit *f)
{
	say_pointer(t, l, f->target);
	if (f->n > 1)
		slw_say(t, " or %u other%s", f->n - 1, f->n > 2 ? "s" : "");
}

/* The same behind a change.  What ought to be there is told elsewhere. */
static void say_led(struct slw_text *t, const struct look *l,
		    const struct fit *f)
{
	if (l->d->known)
		return;
	slw_say(t, "; led to ");
	say_before(t, l, f);
}

/*
 * A pointer into another slab differs from one into this by few bits too: if an
 * object is there, it is rather that; if nobody looked, it depends on how much
 * of the word is said to be damaged.
 */

static enum slw_certainty unless_object(const struct look *l)
{
	return l->d->pointee.what == SLW_POINTEE_OBJECT ? SLW_POSSIBLE :
						     SLW_CONSISTENT;
}

static enum slw_certainty unless_led_out(const struct look *l)
{
	return leads_out(l->d) ? SLW_POSSIBLE : SLW_CONSISTENT;
}

enum slw_certainty slw_detect_single_bit(const struct look *l,
					 struct slw_text *t)
{
	const struct fit *f = &l->fits[FIT_BIT];
	u32 bit;

	if (!slw_fits(l, FIT_BIT))
		return SLW_NOT;
	bit = lowest_bit(fit_xor(l, f));
	slw_say(t, "bit %u flipped, now %u", bit, (u32)(l->word >> bit & 1));
	say_led(t, l, f);
	return unless_object(l);
}

enum slw_certainty slw_detect_byte_zeroed(const struct look *l,
					  struct slw_text *t)
{
	const struct fit *f = &l->fits[FIT_ZEROED];
	u32 i;

	if (!slw_fits(l, FIT_ZEROED))
		return SLW_NOT;
	i = first_byte(fit_xor(l, f));
	slw_say(t, "byte %u zeroed, was 0x%02x", i, byte_before(l, f, i));
	say_led(t, l, f);
	return unless_object(l);
}

enum slw_certainty slw_detect_byte_changed(const struct look *l,
					   struct slw_text *t)
{
	const struct fit *f = &l->fits[FIT_BYTE];
	u32 i;

	if (!slw_fits(l, FIT_BYTE) || slw_fits_above(l, FIT_BYTE))
		return SLW_NOT;
	i = first_byte(fit_xor(l, f));
	slw_say(t, "byte %u changed, was 0x%02x, now 0x%02x", i,
		byte_before(l, f, i), byte_of(l->word, i));
	say_led(t, l, f);
	return unless_led_out(l);
}

/*
 * What counts up or down does so by little: other damage to the low bytes is
 * within a few hundred of some object's address too, by chance.  And a number
 * near 0 was hardly NULL once.
 */
#define STEP_SMALL	16

static enum slw_certainty certainty_of_step(const struct look *l,
					    const struct fit *f)
{
	if (!l->d->known && in_slab(l->d, l->word))
		return SLW_CONSISTENT;
	return f->distance <= STEP_SMALL && f->target ^ l->key ?
	       unless_object(l) : SLW_POSSIBLE;
}

/* Of the step as stored and the one as decoded, the smaller one is said. */
static bool is_smaller(const struct look *other, const struct fit *f)
{
	return other && slw_fits(other, FIT_STEP) &&
	       other->fits[FIT_STEP].distance < f->distance;
}

enum slw_certainty slw_detect_small_change(const struct look *l,
					   struct slw_text *t)
{
	const struct fit *f = &l->fits[FIT_STEP];
	bool less = l->word - (f->target ^ l->key) != f->distance;

	if (!slw_fits(l, FIT_STEP) || is_smaller(l->other, f))
		return SLW_NOT;
	slw_say(t, "0x%x %s than %s", f->distance, less ? "less" : "more",
		l->d->known ? "" : "a pointer to ");
	say_before(t, l, f);
	return certainty_of_step(l, f);
}

/* All that is left of the pointer is one half; the other is told if no secret. */
static enum slw_certainty detect_half(const struct look *l, struct slw_text *t,
				      enum fit_id id, unsigned long now)
{
	const struct fit *f = &l->fits[id];
	const char *name = id == FIT_LOW ? "low" : "high";

	if (!l->stored || !slw_fits(l, id) || slw_fits_above(l, FIT_HIGH))
		return SLW_NOT;
	if (leads_out(l->d))
		slw_say(t, "%s half differs", name);
	else
		slw_say(t, "%s half is 0x%0*lx", name, (int)WORD, now);
	slw_say(t, ", the other fits ");
	say_before(t, l, f);
	return unless_led_out(l);
}

enum slw_certainty slw_detect_high_half(const struct look *l, struct slw_text *t)
{
	return detect_half(l, t, FIT_HIGH, high_half(l->word));
}

enum slw_certainty slw_detect_low_half(const struct look *l, struct slw_text *t)
{
	return detect_half(l, t, FIT_LOW, low_half(l->word));
}

enum slw_certainty slw_detect_bytes(const struct look *l, struct slw_text *t)
{
	const struct fit *f = &l->fits[FIT_BYTES];

	if (!l->stored || !slw_fits(l, FIT_BYTES) || slw_fits_above(l, FIT_BYTES))
		return SLW_NOT;
	slw_say(t, "bytes %u-%u differ, the others fit ",
		first_byte(fit_xor(l, f)), last_byte(fit_xor(l, f)));
	say_before(t, l, f);
	return unless_led_out(l);
}
