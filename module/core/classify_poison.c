// SPDX-License-Identifier: GPL-2.0
/*
 * Patterns that a kernel fills memory with: see classify.h.
 */
#include "classify_look.h"

/*
 * Poisons: linux/poison.h, where POISON_POINTER_DELTA is that of all 64-bit
 * architectures.
 */
#define POISON_DELTA	0xdead000000000000ull
#define POISON_FIRST	(POISON_DELTA - STEP_MAX)
#define POISON_LAST	(POISON_DELTA + STEP_MAX)
#define POISON_END	0xa5

static const struct {
	u32 offset;
	const char *name;
} poison_pointers[] = {
	{ 0x40,	 "PP_SIGNATURE" },
	{ 0x100, "LIST_POISON1" },
	{ 0x122, "LIST_POISON2" },
	{ 0x200, "the older LIST_POISON2" },
	{ 0x300, "TIMER_ENTRY_STATIC" },
	{ 0x400, "TAIL_MAPPING" },
};

static long poison_distance(const struct look *l, u32 i)
{
	return (long)(l->word - POISON_DELTA - poison_pointers[i].offset);
}

static u32 nearest_poison(const struct look *l)
{
	u32 i, best = 0;

	for (i = 1; i < ARRAY_SIZE(poison_pointers); i++)
		if (poison_distance(l, i) >= 0 ||
		    -poison_distance(l, i) < poison_distance(l, best))
			best = i;
	return best;
}

enum slw_certainty slw_detect_list_poison(const struct look *l,
					  struct slw_text *t)
{
	u32 i;
	long off;

	if (l->word - POISON_FIRST > POISON_LAST - POISON_FIRST)
		return SLW_NOT;
	i = nearest_poison(l);
	off = poison_distance(l, i);
	slw_say(t, "%s", poison_pointers[i].name);
	if (off)
		slw_say(t, " %c 0x%lx", off < 0 ? '-' : '+', off < 0 ? -off : off);
	return SLW_CONSISTENT;
}

static const struct {
	u8 byte;
	enum slw_class class;
	const char *name;
} fills[] = {
	{ 0x6b, SLW_CLASS_SLAB_POISON, "POISON_FREE" },
	{ 0x5a, SLW_CLASS_SLAB_POISON, "POISON_INUSE" },
	{ 0xa5, SLW_CLASS_SLAB_POISON, "POISON_END" },
	{ 0xbb, SLW_CLASS_SLAB_POISON, "SLUB_RED_INACTIVE" },
	{ 0xcc, SLW_CLASS_SLAB_POISON, "SLUB_RED_ACTIVE" },
	{ 0xaa, SLW_CLASS_PAGE_POISON, "PAGE_POISON" },
};

static enum slw_certainty detect_fill_of(enum slw_class class,
					 const struct look *l, struct slw_text *t)
{
	int byte = fill_of(l->word);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fills); i++) {
		if (fills[i].class != class || fills[i].byte != byte)
			continue;
		slw_say(t, "every byte is 0x%02x, %s", (u32)byte, fills[i].name);
		return SLW_CONSISTENT;
	}
	return SLW_NOT;
}

/* set_track() and init_object() end an object's 0x6b with one 0xa5. */
enum slw_certainty slw_detect_slab_poison(const struct look *l,
					  struct slw_text *t)
{
	const u8 *p = l->view.bytes + l->view.at;
	u32 i = 0;

	while (i < WORD && p[i] == 0x6b)
		i++;
	if (i != WORD - 1 || p[i] != POISON_END)
		return detect_fill_of(SLW_CLASS_SLAB_POISON, l, t);
	slw_say(t, "POISON_FREE up to POISON_END");
	return SLW_CONSISTENT;
}

enum slw_certainty slw_detect_page_poison(const struct look *l,
					  struct slw_text *t)
{
	return detect_fill_of(SLW_CLASS_PAGE_POISON, l, t);
}

enum slw_certainty slw_detect_deadbeef(const struct look *l, struct slw_text *t)
{
	bool high = (u32)high_half(l->word) == 0xdeadbeef;
	bool low = (u32)low_half(l->word) == 0xdeadbeef;

	if (!high && !low)
		return SLW_NOT;
	slw_say(t, "0xdeadbeef in %s", high && low ? "both halves" :
		high ? "the high half" : "the low half");
	return SLW_CONSISTENT;
}

/* What is a poison is not told once more. */
enum slw_certainty slw_detect_fill(const struct look *l, struct slw_text *t)
{
	int byte = fill_of(l->word);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fills); i++)
		if (fills[i].byte == byte)
			return SLW_NOT;
	if (byte <= 0)
		return SLW_NOT;
	slw_say(t, "every byte is 0x%02x", (u32)byte);
	if (byte > ' ' && byte <= '~')
		slw_say(t, ", '%c'", byte);
	return SLW_CERTAIN;
}
