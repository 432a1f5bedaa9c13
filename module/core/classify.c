// SPDX-License-Identifier: GPL-2.0
/*
 * A bad word -> what kind of damage it looks like: see classify.h.
 */
#include "classify_look.h"

static enum slw_certainty (*const detectors[SLW_NR_CLASSES])
	(const struct look *l, struct slw_text *t) = {
#define CLASS_DETECTOR(id, fn, name, text)	[SLW_CLASS_##id] = slw_detect_##fn,
	SLW_CLASSES(CLASS_DETECTOR)
#undef CLASS_DETECTOR
};

/*
 * The diagnosis: all detectors over the word as stored, then as decoded.
 */

/* Where a new one of such certainty goes: behind all that are as certain. */
static u32 place_for(const struct slw_diagnosis *dx, enum slw_certainty c)
{
	u32 i = dx->nr;

	while (i && dx->seen[i - 1].certainty < c)
		i--;
	return i;
}

/* In its place; what is weakest falls out. */
static void keep(struct slw_diagnosis *dx, const struct slw_observation *o)
{
	u32 i, place = place_for(dx, o->certainty);

	if (place == SLW_OBSERVATIONS)
		return;
	if (dx->nr < SLW_OBSERVATIONS)
		dx->nr++;
	for (i = dx->nr - 1; i > place; i--)
		dx->seen[i] = dx->seen[i - 1];
	dx->seen[place] = *o;
}

static bool observe(struct look *l, enum slw_class class,
		    struct slw_diagnosis *dx)
{
	struct slw_observation o = { .class = class };
	struct slw_text t = { .buf = o.text, .size = sizeof(o.text) };

	if (l->hardened)
		slw_say(&t, "%s: ", l->stored ? "as stored" : "decoded");
	o.certainty = detectors[class](l, &t);
	if (!o.certainty)
		return false;
	keep(dx, &o);
	return true;
}

/* The window if it is of this word, else the word alone. */
static void set_view(struct look *l)
{
	const struct slw_damage *d = l->d;
	unsigned long at = d->slot - d->window_start;

	memcpy(l->own, &l->word, sizeof(l->own));
	l->view = (struct view) { .bytes = l->own, .len = WORD };
	if (l->stored && d->window_len >= WORD && at <= d->window_len - WORD &&
	    !memcmp(d->window + at, l->own, WORD))
		l->view = (struct view) {
			.bytes = d->window, .len = d->window_len, .at = (u32)at
		};
}

static void open_look(struct look *l, const struct slw_damage *d, bool stored)
{
	*l = (struct look) {
		.d = d,
		.word = stored ? d->raw : d->decoded,
		.key = stored ? d->raw ^ d->decoded : 0,
		.stored = stored,
		.hardened = d->raw != d->decoded,
		.leads = leads_well(d),
	};
	set_view(l);
	slw_try_targets(l);
}

/*
 * Of a link that leads elsewhere nobody knows whether it was one into this slab,
 * near as it may be to one; an object is there only if it led there.
 */
static bool is_guess(const struct slw_damage *d, enum fit_id id)
{
	if (d->known)
		return false;
	return id == FIT_ANY || d->pointee.what == SLW_POINTEE_OBJECT ||
	       (id >= FIT_BYTE && leads_out(d));
}

/* What was it?  The first fit that there is tells. */
static bool tell_expected(const struct look *l, struct slw_diagnosis *dx)
{
	enum fit_id id = 0;
	const struct fit *f;

	while (id < FIT_ANY && !slw_fits(l, id))
		id++;
	f = &l->fits[id];
	if (!f->n)
		return false;
	dx->expected = f->target;
	dx->expected_raw = f->target ^ l->d->raw ^ l->d->decoded;
	dx->candidates = is_guess(l->d, id) ? 0 : f->n;
	dx->xor = l->d->decoded ^ f->target;
	dx->bits = count_bits(dx->xor);
	return dx->candidates;
}

static bool observe_any(struct look *looks, u32 n, enum slw_class class,
			struct slw_diagnosis *dx)
{
	u32 i;

	for (i = 0; i < n; i++) {
		looks[i].lonely = !dx->nr;
		if (observe(&looks[i], class, dx))
			return true;
	}
	return false;
}

void slw_classify(const struct slw_damage *d, struct slw_diagnosis *dx)
{
	u32 i, n = d->raw == d->decoded ? 1 : 2;
	struct look looks[2];
	enum slw_class class;

	*dx = (struct slw_diagnosis) {};
	for (i = 0; i < n; i++)
		open_look(&looks[i], d, !i);
	for (i = 0; i + 1 < n; i++) {
		looks[i].other = &looks[i + 1];
		looks[i + 1].other = &looks[i];
	}
	for (class = 0; class < SLW_NR_CLASSES; class++)
		observe_any(looks, n, class, dx);
	if (!tell_expected(&looks[0], dx) && n > 1)
		tell_expected(&looks[1], dx);
}

static const struct {
	const char *name;
	const char *sentence;
} classes[] = {
#define CLASS_TEXT(id, fn, name, text)	[SLW_CLASS_##id] = { name, text },
	SLW_CLASSES(CLASS_TEXT)
#undef CLASS_TEXT
};

const char *slw_class_name(enum slw_class class)
{
	return class < ARRAY_SIZE(classes) ? classes[class].name : "?";
}

const char *slw_class_sentence(enum slw_class class)
{
	return class < ARRAY_SIZE(classes) ? classes[class].sentence : "?";
}

const char *slw_certainty_name(enum slw_certainty certainty)
{
	static const char *const names[] = {
		[SLW_NOT] = "not",
		[SLW_POSSIBLE] = "perhaps",
		[SLW_CONSISTENT] = "consistent with",
		[SLW_CERTAIN] = "is",
	};

	return certainty < ARRAY_SIZE(names) ? names[certainty] : "not";
}
