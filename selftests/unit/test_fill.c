// SPDX-License-Identifier: GPL-2.0
/* What a free object is filled with, byte by byte. */
#include <string.h>

#include "fill.h"
#include "unit.h"

#define OBJECT	56
#define INUSE	64
#define LEFT	16

static const struct slw_geometry g = {
	.size = 96, .object_size = OBJECT, .offset = INUSE, .red_left = LEFT,
};

/* Bytes from the left red zone to inuse as the fills make them, 0xee elsewhere. */
static void lay_out(u32 promises, u8 bytes[LEFT + INUSE])
{
	struct slw_fill fills[SLW_FILLS];
	unsigned int n = slw_fills(&g, INUSE, promises, fills), i;

	memset(bytes, 0xee, LEFT + INUSE);
	for (i = 0; i < n; i++)
		memset(bytes + LEFT + fills[i].from, fills[i].byte,
		       (size_t)(fills[i].to - fills[i].from));
}

/* All of [from, to) is @byte. */
static bool all(const u8 *bytes, int from, int to, u8 byte)
{
	for (; from < to; from++)
		if (bytes[LEFT + from] != byte)
			return false;
	return true;
}

static void nothing(const void *arg)
{
	u8 bytes[LEFT + INUSE];

	lay_out(SLW_PROMISE_KEEP, bytes);
	EXPECT(all(bytes, -LEFT, INUSE, 0xee));
}

static void zero(const void *arg)
{
	u8 bytes[LEFT + INUSE];

	lay_out(SLW_PROMISE_ZERO, bytes);
	EXPECT(all(bytes, -LEFT, 0, 0xee));
	EXPECT(all(bytes, 0, OBJECT, 0));
	EXPECT(all(bytes, OBJECT, INUSE, 0xee));
}

static void debug(const void *arg)
{
	u8 bytes[LEFT + INUSE];

	lay_out(SLW_PROMISE_POISON | SLW_PROMISE_RED, bytes);
	EXPECT(all(bytes, -LEFT, 0, 0xbb));
	EXPECT(all(bytes, 0, OBJECT - 1, 0x6b));
	EXPECT(all(bytes, OBJECT - 1, OBJECT, 0xa5));
	EXPECT(all(bytes, OBJECT, INUSE, 0xbb));
}

static void words(const void *arg)
{
	const struct slw_geometry odd = {
		.size = 96, .object_size = OBJECT - 4, .red_left = LEFT,
	};
	const unsigned long other = 0x0123456789abcdeful;
	struct slw_fill fills[SLW_FILLS];
	unsigned int n = slw_fills(&g, INUSE, SLW_PROMISE_POISON |
				   SLW_PROMISE_RED, fills);

	EXPECT(slw_fill_word(fills, n, -8, other) == 0xbbbbbbbbbbbbbbbbul);
	EXPECT(slw_fill_word(fills, n, 0, other) == 0x6b6b6b6b6b6b6b6bul);
	EXPECT(slw_fill_word(fills, n, OBJECT - 8, other) == 0xa56b6b6b6b6b6b6bul);
	EXPECT(slw_fill_word(fills, n, OBJECT, other) == 0xbbbbbbbbbbbbbbbbul);
	EXPECT(slw_fill_word(fills, n, INUSE, other) == other);
	/* Of a word that is part object and part red zone, only that is known. */
	n = slw_fills(&odd, INUSE, SLW_PROMISE_RED, fills);
	EXPECT(slw_fill_word(fills, n, OBJECT - 8, other) == 0xbbbbbbbb89abcdeful);
}

static const struct unit_test tests[] = {
	{ "a promise of no bytes", nothing, NULL },
	{ "init_on_free", zero, NULL },
	{ "poison and red zones", debug, NULL },
	{ "words", words, NULL },
};

void suite_fill(void)
{
	unit_run("fill", tests, ARRAY_SIZE(tests));
}
