// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel fills free objects with: see fill.h.
 */
#include "fill.h"

/* include/linux/poison.h, unchanged since 5.10; this is built in user space too */
#define POISONED	0x6b
#define POISONED_END	0xa5
#define RED_OF_FREE	0xbb

unsigned int slw_fills(const struct slw_geometry *g, u32 inuse, u32 promises,
		       struct slw_fill fills[SLW_FILLS])
{
	s32 size = (s32)g->object_size, end = (s32)inuse;
	unsigned int n = 0;

	if (promises & SLW_PROMISE_ZERO)
		fills[n++] = (struct slw_fill) {
			SLUBWATCH_KIND_CONTENT, 0, size, 0
		};
	if (promises & SLW_PROMISE_POISON) {
		fills[n++] = (struct slw_fill) {
			SLUBWATCH_KIND_CONTENT, 0, size - 1, POISONED
		};
		fills[n++] = (struct slw_fill) {
			SLUBWATCH_KIND_CONTENT, size - 1, size, POISONED_END
		};
	}
	if (promises & SLW_PROMISE_RED) {
		fills[n++] = (struct slw_fill) {
			SLUBWATCH_KIND_REDZONE, -(s32)g->red_left, 0, RED_OF_FREE
		};
		fills[n++] = (struct slw_fill) {
			SLUBWATCH_KIND_REDZONE, size, end, RED_OF_FREE
		};
	}
	return n;
}

unsigned long slw_fill_word(const struct slw_fill *fills, unsigned int n,
			    s32 at, unsigned long word)
{
	u8 *bytes = (u8 *)&word;
	unsigned int i, j;

	for (i = 0; i < sizeof(word); i++)
		for (j = 0; j < n; j++)
			if (at + (s32)i >= fills[j].from &&
			    at + (s32)i < fills[j].to)
				bytes[i] = fills[j].byte;
	return word;
}
