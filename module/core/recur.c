// SPDX-License-Identifier: GPL-2.0
/*
 * What findings have in common: see recur.h.
 */
#include "recur.h"

#include "classify_look.h"

/*
 * Bytes from the object to the first that differs.  Only if that one is known:
 * the word itself is at the same place in every object of a cache because that
 * is where links are, and nobody has looked elsewhere.
 */
static u32 place_in_object(const struct slw_damage *d, unsigned long xor)
{
	if (!xor || d->what != SLW_DAMAGED_LINK || !in_slab(d, d->slot))
		return SLW_NO_PLACE;
	return (u32)((d->slot - d->first) % d->size) + first_byte(xor);
}

static struct slw_mark mark_of(unsigned long cache, u32 seq,
			       const struct slw_damage *d,
			       const struct slw_diagnosis *dx)
{
	unsigned long xor = dx->candidates == 1 ? dx->xor : 0;
	u32 place = place_in_object(d, xor);

	return (struct slw_mark) {
		.cache = cache,
		.home = place == SLW_NO_PLACE ? d->slot : d->first,
		.slot = d->slot,
		.place = place,
		.raw = d->raw,
		.xor = xor,
		.seq = seq,
	};
}

static u32 nr_marks(const struct slw_pattern_memory *mem)
{
	return mem->nr < SLW_MARKS ? mem->nr : SLW_MARKS;
}

static bool same_bit(const struct slw_mark *a, const struct slw_mark *b)
{
	return count_bits(a->xor) == 1 && a->xor == b->xor;
}

static bool same_place(const struct slw_mark *a, const struct slw_mark *b)
{
	return a->cache == b->cache && a->place == b->place &&
	       a->place != SLW_NO_PLACE;
}

/* What any memory may show that was wiped, or does not answer, tells nothing. */
static bool same_word(const struct slw_mark *a, const struct slw_mark *b)
{
	return a->raw == b->raw && a->raw && ~a->raw;
}

/* The same bit in another slab than @m's and than that of any mark before. */
static bool new_home(const struct slw_pattern_memory *mem, u32 at,
		     const struct slw_mark *m)
{
	const struct slw_mark *k = &mem->marks[at];
	u32 i;

	if (!same_bit(k, m) || k->home == m->home)
		return false;
	for (i = 0; i < at; i++)
		if (same_bit(&mem->marks[i], m) &&
		    mem->marks[i].home == k->home)
			return false;
	return true;
}

/**
 * struct tally - what the earlier findings say
 * @elsewhere:	the same bit at another place, in another slab
 * @otherwise:	the same place, but not by the same bit
 */
struct tally {
	bool elsewhere;
	bool otherwise;
};

static struct tally compare(const struct slw_pattern_memory *mem,
			    const struct slw_mark *m, struct slw_pattern *p)
{
	struct tally all = {};
	const struct slw_mark *k;
	u32 i;

	for (i = 0; i < nr_marks(mem); i++) {
		k = &mem->marks[i];
		if (k->slot == m->slot)
			continue;
		p->same_bit += new_home(mem, i, m);
		p->same_place += same_place(k, m);
		p->same_word += same_word(k, m);
		all.elsewhere |= same_bit(k, m) && k->home != m->home &&
				 !same_place(k, m);
		all.otherwise |= same_place(k, m) && !same_bit(k, m);
	}
	return all;
}

static enum slw_speaks judge(const struct tally *all,
			     const struct slw_pattern *p)
{
	bool hardware = all->elsewhere;
	bool software = all->otherwise || p->same_word;

	if (hardware != software)
		return hardware ? SLW_SPEAKS_HARDWARE : SLW_SPEAKS_SOFTWARE;
	return p->same_bit || p->same_place ? SLW_SPEAKS_EITHER :
					      SLW_SPEAKS_NOT;
}

static bool same_bit_elsewhere(const struct slw_mark *a,
			       const struct slw_mark *b)
{
	return same_bit(a, b) && a->home != b->home;
}

#define LISTED		3u	/* findings named by their numbers */
/* Earlier findings from which on it is constant: one may be chance. */
#define CONSTANT	2u

/* " in findings 1, 4, 7 ...": the oldest ones that have it in common. */
static void say_findings(struct slw_text *t,
			 const struct slw_pattern_memory *mem,
			 const struct slw_mark *m,
			 bool (*same)(const struct slw_mark *a,
				      const struct slw_mark *b))
{
	u32 i, first, n = 0, all = 0;

	for (i = 0; i < nr_marks(mem); i++)
		all += mem->marks[i].slot != m->slot && same(&mem->marks[i], m);
	slw_say(t, " in finding%s", all > 1 ? "s" : "");
	/* A ring: the oldest is where the next will stand, once it is full. */
	first = mem->nr > SLW_MARKS ? mem->nr % SLW_MARKS : 0;
	for (i = 0; i < nr_marks(mem) && n < LISTED; i++) {
		const struct slw_mark *k = &mem->marks[(first + i) % SLW_MARKS];

		if (k->slot != m->slot && same(k, m))
			slw_say(t, "%s%u", n++ ? ", " : " ", k->seq);
	}
	if (all > n)
		slw_say(t, " ...");
}

static struct slw_text next_text(struct slw_pattern *p)
{
	char *buf = p->texts[p->nr_texts++];

	return (struct slw_text) {
		.buf = buf, .size = SLW_PATTERN_TEXT,
	};
}

static void say_same_bit(const struct slw_pattern_memory *mem,
			 const struct slw_mark *m, struct slw_pattern *p)
{
	struct slw_text t = next_text(p);

	slw_say(&t, "the same bit %d", p->bit);
	say_findings(&t, mem, m, same_bit_elsewhere);
	if (p->speaks != SLW_SPEAKS_HARDWARE)
		slw_say(&t, ": hardware or a write after free");
	else if (p->same_bit < CONSTANT)
		slw_say(&t, ": if it goes on, that speaks for hardware");
	else
		slw_say(&t, ": a constant bit speaks for hardware");
}

static void say_same_place(const struct slw_pattern_memory *mem,
			   const struct slw_mark *m, struct slw_pattern *p)
{
	struct slw_text t = next_text(p);

	slw_say(&t, "the same offset %u", m->place);
	say_findings(&t, mem, m, same_place);
	if (p->speaks != SLW_SPEAKS_SOFTWARE)
		slw_say(&t, ": hardware or a write after free");
	else if (p->same_place < CONSTANT)
		slw_say(&t, ": if it goes on, that speaks for software");
	else
		slw_say(&t, ": a constant offset speaks for software");
}

static void say_same_word(const struct slw_pattern_memory *mem,
			  const struct slw_mark *m, struct slw_pattern *p)
{
	struct slw_text t = next_text(p);

	slw_say(&t, "the same word");
	say_findings(&t, mem, m, same_word);
	slw_say(&t, ": %s", p->speaks == SLW_SPEAKS_SOFTWARE ?
		"it was written: software, or a device" :
		"hardware or a write after free");
}

/* Only what speaks for it is said, and what says most. */
static void say_pattern(const struct slw_pattern_memory *mem,
			const struct slw_mark *m, struct slw_pattern *p)
{
	bool bit = p->same_bit && p->speaks != SLW_SPEAKS_SOFTWARE;
	bool place = p->same_place && p->speaks != SLW_SPEAKS_HARDWARE;
	bool word = p->same_word && p->speaks != SLW_SPEAKS_HARDWARE;

	if (p->speaks == SLW_SPEAKS_NOT)
		return;
	if (bit)
		say_same_bit(mem, m, p);
	if (place)
		say_same_place(mem, m, p);
	if (word && p->nr_texts < SLW_PATTERN_TEXTS)
		say_same_word(mem, m, p);
}

/* In the place of an earlier one of the same word, or of the oldest. */
static void remember(struct slw_pattern_memory *mem, const struct slw_mark *m)
{
	u32 i;

	for (i = 0; i < nr_marks(mem); i++) {
		if (mem->marks[i].slot == m->slot) {
			mem->marks[i] = *m;
			return;
		}
	}
	mem->marks[mem->nr++ % SLW_MARKS] = *m;
}

void slw_pattern_note(struct slw_pattern_memory *mem, unsigned long cache,
		      u32 seq, const struct slw_damage *d,
		      const struct slw_diagnosis *dx, struct slw_pattern *p)
{
	struct slw_mark m = mark_of(cache, seq, d, dx);
	struct tally all;

	*p = (struct slw_pattern) {
		.bit = count_bits(m.xor) == 1 ? (int)lowest_bit(m.xor) : -1,
	};
	all = compare(mem, &m, p);
	p->speaks = judge(&all, p);
	say_pattern(mem, &m, p);
	remember(mem, &m);
}
