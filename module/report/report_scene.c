// SPDX-License-Identifier: GPL-2.0
/*
 * Scene -> words: see report_scene.h.
 */
#include "report/report_scene.h"

#include <linux/kernel.h>
#include <linux/string.h>

#include "core/freelist.h"
#include "core/text.h"
#include "finding/finding.h"

/*
 * The map: an object is shown as the first of these that it is.  What was looked
 * at afterwards may have changed since the damage was seen.
 */

#define BAD		SLW_NR_SCENE_SETS
#define NOT_MET		(SLW_NR_SCENE_SETS + 1)
#define NR_SIGNS	(SLW_NR_SCENE_SETS + 2)

static const struct {
	char sign;
	const char *what;
} signs[NR_SIGNS] = {
	[BAD] = { 'X', "the bad one" },
	[SLW_SCENE_FREELIST] = { 'f', "met on the slab's freelist" },
	[SLW_SCENE_CPU_LIST] = { 'c', "met on the cpu freelist" },
	[SLW_SCENE_SHEAF] = { 's', "a moment later in a CPU's sheaf" },
	[SLW_SCENE_LOOSE] = { '?', "a moment later with a valid link, not met" },
	[NOT_MET] = { '.', "not met" },
};

#define MAP_LINE	64	/* objects */

static u32 sign_of(const struct slw_record *r, u32 index)
{
	u32 i;

	if ((int)index == r->f.index)
		return BAD;
	for (i = 0; i < SLW_NR_SCENE_SETS; i++)
		if (slw_seen(r->scene.sets[i], index))
			return i;
	return NOT_MET;
}

static u32 say_signs(struct slw_text *t, const struct slw_record *r, u32 n)
{
	u32 i, sign, used = 0;

	for (i = 0; i < n; i++) {
		sign = sign_of(r, i);
		used |= BIT(sign);
		if (!(i % MAP_LINE))
			slw_say(t, "%s%-9s %5u  ", i ? "\n  " : "  ",
				i ? "" : "map", i);
		slw_say(t, "%c", signs[sign].sign);
	}
	slw_say(t, "\n");
	return used;
}

void slw_scene_say_map(struct slw_text *t, const struct slw_record *r)
{
	u32 i, used, n = min_t(u32, r->f.objects, SLW_SCENE_OBJECTS);

	if (r->f.index < 0 || !n || !r->scene.looked)
		return;
	used = say_signs(t, r, n);
	if (n < r->f.objects)
		slw_say(t, "            and %u more\n", r->f.objects - n);
	for (i = 0; i < NR_SIGNS; i++)
		if (used & BIT(i))
			slw_say(t, "            %c  %s\n", signs[i].sign,
				signs[i].what);
}

static void say_places(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;
	u32 i, at, n = min_t(u32, r->scene.nr_same, SLW_SCENE_SAME);
	u32 red_left = (u32)(f->object - f->slab) - (u32)f->index * f->slot;

	slw_say(t, "%11s", "");
	for (i = 0; i < n; i++) {
		at = r->scene.same[i] - red_left;
		if (r->scene.same[i] < red_left)
			slw_say(t, " -0x%x", -at);
		else
			slw_say(t, " %u+0x%x", at / f->slot, at % f->slot);
	}
	slw_say(t, "%s\n", n < r->scene.nr_same ? " ..." : "");
}

void slw_scene_say_same(struct slw_text *t, const struct slw_record *r)
{
	const struct slw_scene *scene = &r->scene;

	if (!scene->nr_same && !scene->near_same)
		return;
	slw_say(t, "  same      a moment later the raw word stood in %u more place%s of the slab\n",
		scene->nr_same, scene->nr_same == 1 ? "" : "s");
	if (scene->nr_same)
		say_places(t, r);
	if (scene->near_same)
		slw_say(t, "            and %u time%s in the cache's other slabs close by (%u)\n",
			scene->near_same, scene->near_same == 1 ? "" : "s",
			scene->nr_near);
}

/*
 * Bytes, 16 in a line; where a word leads stands below its line.
 */

#define LINE	16u

static void say_words(struct slw_text *t, const struct slw_scene *scene,
		      long from)
{
	u32 i;

	for (i = 0; i < scene->nr_words; i++)
		if (scene->words[i].at >= from &&
		    scene->words[i].at < from + (long)LINE)
			slw_say(t, "  %+6d    = %s\n", scene->words[i].at,
				scene->words[i].name);
}

/* Of lines that are all zero, the first is shown, and then that there are more. */
static void say_lines(struct slw_text *t, const struct slw_record *r, long at,
		      const u8 *bytes, u32 len)
{
	bool zero, zeros = false;
	char line[80];
	u32 i, n;

	for (i = 0; i < len; i += LINE) {
		n = min(LINE, len - i);
		zero = !memchr_inv(bytes + i, 0, n);
		hex_dump_to_buffer(bytes + i, n, LINE, sizeof(long), line,
				   sizeof(line), true);
		if (!zero || !zeros)
			slw_say(t, "  %+6ld  %s\n", at + i, line);
		else if (zeros && i + n >= len)
			slw_say(t, "  %6s\n", "...");
		say_words(t, &r->scene, at + i);
		zeros = zero;
	}
}

static void say_piece(struct slw_text *t, const struct slw_record *r,
		      enum slw_scene_piece id)
{
	int step = (int)id - SLW_SCENE_SELF;

	if (!r->scene.len[id])
		return;
	slw_say(t, "  bytes     of object %d, from its start\n",
		r->f.index + step);
	say_lines(t, r, step * (long)r->f.slot, r->scene.bytes[id],
		  r->scene.len[id]);
}

void slw_scene_say_bytes(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	say_piece(t, r, SLW_SCENE_BEFORE);
	say_piece(t, r, SLW_SCENE_SELF);
	if (f->dump_len)
		slw_say(t, "  bytes     around the bad word of object %d, from its start\n",
			f->index);
	say_lines(t, r, (long)(f->dump_start - f->object), f->dump,
		  f->dump_len);
	say_piece(t, r, SLW_SCENE_BEHIND);
	if (r->scene.nr_unnamed)
		slw_say(t, "            and %u more words lead somewhere\n",
			r->scene.nr_unnamed);
}
