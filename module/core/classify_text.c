// SPDX-License-Identifier: GPL-2.0
/*
 * Text in a bad word and around it: see classify.h.
 */
#include "classify_look.h"

#define SHOWN		40u	/* characters of a text */
#define SHOWN_BEFORE	12u	/* of them before the word */

/*
 * Text.  A run is as many characters as stand in a row, in and around the word.
 */

/**
 * struct run - characters in a row
 * @start:	first byte in the view
 * @end:	byte behind the last
 * @unit:	bytes of a character
 */
struct run {
	u32 start;
	u32 end;
	u32 unit;
};

static bool is_char(const struct view *v, u32 at, u32 unit)
{
	if (at + unit > v->len)
		return false;
	return unit == 1 ? is_text(v->bytes[at]) : is_text16(v->bytes + at);
}

static struct run run_around(const struct view *v, u32 at, u32 unit)
{
	struct run r = { at, at, unit };

	if (!is_char(v, at, unit))
		return r;
	while (r.start >= unit && is_char(v, r.start - unit, unit))
		r.start -= unit;
	while (is_char(v, r.end, unit))
		r.end += unit;
	return r;
}

/* What is as it ought to be, if that is known, was not written. */
static bool is_written(const struct look *l, u32 i)
{
	const u8 *ought = (const u8 *)&l->d->expected;

	return !l->d->known || l->view.bytes[l->view.at + i] != ought[i];
}

/* Written bytes of the word that a run covers. */
static u32 covers(const struct look *l, const struct run *r)
{
	u32 i, at, n = 0;

	for (i = 0; i < WORD; i++) {
		at = l->view.at + i;
		n += at >= r->start && at < r->end && is_written(l, i);
	}
	return n;
}

static struct run longest_run(const struct look *l, u32 unit)
{
	const struct view *v = &l->view;
	struct run r, best = { 0, 0, unit };
	u32 at;

	for (at = v->at; at < v->at + WORD; at += unit) {
		r = run_around(v, at, unit);
		if (covers(l, &r) > covers(l, &best))
			best = r;
	}
	return best;
}

/* From a little before the word on; dots where there is more, or may be. */
static void say_run(struct slw_text *t, const struct view *v, const struct run *r)
{
	u32 at = r->start, before = SHOWN_BEFORE * r->unit, shown = 0;

	if (at + before < v->at)
		at = v->at - before;
	slw_say(t, "text \"%s", at > r->start ? "..." : "");
	for (; at < r->end && shown < SHOWN; at += r->unit, shown++)
		slw_say(t, "%c", v->bytes[at] < ' ' ? '.' : v->bytes[at]);
	slw_say(t, "%s\"", at < r->end || at + r->unit > v->len ? "..." : "");
}

/* Three characters at least, two of them in the word: 40 bits of 64. */
enum slw_certainty slw_detect_utf16(const struct look *l, struct slw_text *t)
{
	const struct view *v = &l->view;
	struct run r = longest_run(l, 2);

	if (covers(l, &r) < 4 || r.end - r.start < 6)
		return SLW_NOT;
	slw_say(t, "UTF-16LE ");
	say_run(t, v, &r);
	return SLW_CONSISTENT;
}

/*
 * All of the word, or half of it where a text ends or more stands around it.
 * One noisy word in 2000 is all text by chance, so that what is decoded from a
 * hardened list may only possibly be.
 */
enum slw_certainty slw_detect_ascii(const struct look *l, struct slw_text *t)
{
	const struct view *v = &l->view;
	struct run r = longest_run(l, 1);
	u32 in = covers(l, &r);
	bool ends = r.end < v->len && !v->bytes[r.end];

	if (in < WORD && (in < WORD / 2 || (!ends && r.end - r.start < WORD)))
		return SLW_NOT;
	if (fill_of(l->word) >= 0)
		return SLW_NOT;
	say_run(t, v, &r);
	return in == WORD && l->stored ? SLW_CONSISTENT : SLW_POSSIBLE;
}
