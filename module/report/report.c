// SPDX-License-Identifier: GPL-2.0
/*
 * Finding -> words: see report.h.
 */
#include "report/report.h"

#include <linux/ctype.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/string.h>

#include "finding/finding.h"
#include "report/report_scene.h"
#include "slubwatch.h"

static const char *kind_sentence(enum slubwatch_kind kind)
{
	static const char *const sentences[] = {
#define KIND_TEXT(id, name, text)	[SLUBWATCH_KIND_##id] = text,
		SLUBWATCH_KINDS(KIND_TEXT)
#undef KIND_TEXT
	};

	return kind < ARRAY_SIZE(sentences) ? sentences[kind] : "?";
}

/*
 * A word found in memory: what is an address of the direct map is printed as
 * one, so that it is hashed; anything else is data and shown as it is.
 */
static void say_word(struct slw_text *t, const char *name, unsigned long word)
{
	if (virt_addr_valid((void *)word))
		slw_say(t, "  %-9s %p\n", name, (void *)word);
	else
		slw_say(t, "  %-9s 0x%016lx\n", name, word);
}

static void say_place(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	slw_say(t, "  list      %s", slubwatch_place_name(f->place));
	if (f->cpu >= 0)
		slw_say(t, " of cpu %d\n", f->cpu);
	else
		slw_say(t, " of node %d\n", f->node);
}

static void say_cache(struct slw_text *t, const struct slw_record *r)
{
	static const char *const ctor[] = { "not known", "no", "yes" };
	const struct slubwatch_finding *f = &r->f;
	const struct slw_scene *scene = &r->scene;

	slw_say(t, "  cache     %s: size %u, object_size %u, offset %u\n",
		f->cache, f->slot, f->object_size, f->offset);
	if (scene->looked)
		slw_say(t, "            flags 0x%08x, ctor %s, slabs of order %u with %u objects\n",
			scene->flags, ctor[scene->ctor + 1], scene->order,
			scene->per_slab);
}

static void say_slab(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	if (!f->slab && f->page)
		slw_say(t, "  slab      none (struct %p)\n", (void *)f->page);
	if (!f->slab)
		return;
	slw_say(t, "  slab      %p (order %u, ", (void *)f->slab, f->order);
	if (r->scene.looked)
		slw_say(t, "node %d, ", r->scene.slab_node);
	slw_say(t, "inuse %u of %u objects, struct %p)\n", f->inuse,
		f->objects, (void *)f->page);
}

static void say_object(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	if (f->object && f->index >= 0)
		slw_say(t, "  object    %p (number %d of the slab)\n",
			(void *)f->object, f->index);
	else if (f->object)
		slw_say(t, "  at        %p\n", (void *)f->object);
}

#define NOTE_LINE	77	/* characters: with the log's prefixes below 100 */

/* Kinds whose raw word is a count and not a pointer. */
static bool is_number(enum slubwatch_kind kind)
{
	return kind == SLUBWATCH_KIND_OBJECTS ||
	       kind == SLUBWATCH_KIND_FROZEN ||
	       kind == SLUBWATCH_KIND_MARK ||
	       kind == SLUBWATCH_KIND_WRONG_NODE ||
	       kind == SLUBWATCH_KIND_LIST_COUNT ||
	       kind == SLUBWATCH_KIND_SHEAF_SIZE;
}

/* A negative place is one in the left red zone. */
static void say_at(struct slw_text *t, const struct slw_record *r)
{
	s32 at = r->f.at;

	if (slw_is_content(r->f.kind))
		slw_say(t, "  written   at %c0x%x of the object\n",
			at < 0 ? '-' : '+', abs(at));
}

/* What differs is the same bits as stored and as decoded. */
static void say_expected(struct slw_text *t, const struct slubwatch_finding *f)
{
	unsigned long xor = f->decoded ^ f->expected;
	u32 bits = (u32)hweight_long(xor);

	say_word(t, "expected", f->expected);
	slw_say(t, "  differs   by 0x%016lx, %u bit%s\n", xor, bits,
		bits == 1 ? "" : "s");
}

static void say_values(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	if (is_number(f->kind)) {
		slw_say(t, "  found     %ld, expected %ld\n", f->raw, f->expected);
		return;
	}
	if (f->kind == SLUBWATCH_KIND_COUNT && f->inuse > f->objects) {
		slw_say(t, "  found     %u in use, expected at most %u\n", f->inuse,
			f->objects);
		return;
	}
	if (f->kind == SLUBWATCH_KIND_COUNT) {
		slw_say(t, "  found     %u free objects, expected %u\n", f->found,
			f->objects - f->inuse);
		return;
	}
	say_word(t, "raw", f->raw);
	if (f->decoded != f->raw)
		say_word(t, "decoded", f->decoded);
	if (f->expected || slw_is_content(f->kind))
		say_expected(t, f);
}

/* What is too long for a line goes on in the next, two blanks further in. */
static void say_note(struct slw_text *t, const char *name, const char *note)
{
	size_t len = strlen(note), n = len;

	if (len > NOTE_LINE) {
		n = NOTE_LINE;
		while (n && note[n] != ' ')
			n--;
	}
	if (!n)
		n = len;
	slw_say(t, "  %-9s %.*s\n", name, (int)n, note);
	if (n < len)
		slw_say(t, "             %s\n", note + n);
}

static void say_notes(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;
	u32 i;

	for (i = 0; i < f->nr_notes; i++)
		say_note(t, i ? "" : "damage", f->notes[i]);
}

/*
 * Data where a link ought to be need not be damage: an object that was freed
 * twice and allocated once is on the list and in use.
 */
static void say_unless(struct slw_text *t, const struct slw_record *r)
{
	if (r->f.kind != SLUBWATCH_KIND_FREEPTR || r->f.expected)
		return;
	slw_say(t, "  unless    the object is in use, freed twice: the word is its owner's\n");
}

static const char *isolation_sentence(enum slubwatch_isolation isolation)
{
	static const char *const sentences[] = {
#define ISOLATION_TEXT(id, name, text)	[SLUBWATCH_ISOLATION_##id] = text,
		SLUBWATCH_ISOLATIONS(ISOLATION_TEXT)
#undef ISOLATION_TEXT
	};

	return isolation < ARRAY_SIZE(sentences) ? sentences[isolation] : "?";
}

/* Where the number of objects in use cannot be told. */
static bool is_most(const struct slubwatch_finding *f)
{
	return f->place == SLUBWATCH_PLACE_CPU_FREELIST ||
	       f->kind == SLUBWATCH_KIND_COUNT;
}

static void say_isolation(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	if (f->isolation == SLUBWATCH_ISOLATION_NOT_ASKED)
		return;
	if (f->isolation != SLUBWATCH_ISOLATION_DONE)
		slw_say(t, "  isolated  no: %s\n",
			isolation_sentence(f->isolation));
	else if (f->place >= SLUBWATCH_PLACE_SHEAF_MAIN)
		slw_say(t, "  isolated  entry taken out of the sheaf, %u left\n",
			f->kept);
	else
		slw_say(t, "  isolated  %s%u objects of the slab given up, %u kept\n",
			is_most(f) ? "at most " : "", f->lost, f->kept);
}

static void say_title(struct slw_text *t, const struct slw_record *r)
{
	slw_say(t, "slubwatch: finding %u: %s in %s\n", r->f.seq,
		slubwatch_kind_name(r->f.kind), r->f.cache);
}

static void say_kind(struct slw_text *t, const struct slw_record *r)
{
	slw_say(t, "  %s\n", kind_sentence(r->f.kind));
}

static void say_seen(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	slw_say(t, "  seen      %u time%s, first %llu.%03llu s after boot\n",
		f->times, f->times == 1 ? "" : "s", f->time_ns / NSEC_PER_SEC,
		f->time_ns % NSEC_PER_SEC / NSEC_PER_MSEC);
}

static void say_means(struct slw_text *t, const struct slw_record *r)
{
	static const char *const texts[] = {
#define MEANS_TEXT(id, name, text)	[SLUBWATCH_BY_##id] = name ", " text,
		SLUBWATCH_MEANS(MEANS_TEXT)
#undef MEANS_TEXT
	};

	if (r->f.by < ARRAY_SIZE(texts))
		slw_say(t, "  by        %s\n", texts[r->f.by]);
}

/* All that a panic leaves room for, in a line that says whose it is. */
static void say_brief(struct slw_text *t, const struct slw_record *r)
{
	const struct slubwatch_finding *f = &r->f;

	slw_say(t, "slubwatch: finding %u: %s in %s, %s, object %p, raw %#lx\n",
		f->seq, slubwatch_kind_name(f->kind), f->cache,
		slubwatch_place_name(f->place), (void *)f->object, f->raw);
}

#define FULL	BIT(0)	/* log and debugfs */
#define BRIEF	BIT(1)	/* the panic notifier */

#define BRIEF_SIZE	1024

/* What a report consists of, from top to bottom, and in which form it is told. */
static const struct {
	void (*say)(struct slw_text *t, const struct slw_record *r);
	u32 forms;
} sections[] = {
	{ say_title,		FULL },
	{ say_brief,		BRIEF },
	{ say_kind,		FULL },
	{ say_place,		FULL },
	{ say_cache,		FULL },
	{ say_slab,		FULL },
	{ say_object,		FULL },
	{ say_at,		FULL },
	{ say_values,		FULL },
	{ say_notes,		FULL | BRIEF },
	{ say_unless,		FULL },
	{ say_isolation,	FULL | BRIEF },
	{ say_seen,		FULL },
	{ say_means,		FULL },
	{ slw_origins_say,	FULL },
	{ slw_scene_say_map,	FULL },
	{ slw_scene_say_same,	FULL },
	{ slw_scene_say_bytes,	FULL },
};

static size_t render(const struct slw_record *r, u32 form, char *buf,
		     size_t size)
{
	struct slw_text t = { .buf = buf, .size = size };
	u32 i;

	*buf = '\0';
	for (i = 0; i < ARRAY_SIZE(sections); i++)
		if (sections[i].forms & form)
			sections[i].say(&t, r);
	return t.len;
}

size_t slw_report_render(const struct slw_record *r, char *buf)
{
	return render(r, FULL, buf, SLW_REPORT_SIZE);
}

/*
 * Line by line: a record of the log holds less than a report, and each must say
 * whose it is.
 */
static void log_lines(u32 form, char *buf)
{
	const char *line, *whose;

	while ((line = strsep(&buf, "\n"))) {
		whose = *line == ' ' ? "slubwatch:" : "";
		if (*line && form == BRIEF)
			pr_emerg("%s%s\n", whose, line);
		else if (*line)
			pr_err("%s%s\n", whose, line);
	}
}

/*
 * In pages, which do not go through SLUB, and without reclaim; what there is no
 * memory for is told briefly.
 */
static void log_report(const struct slw_record *r)
{
	unsigned int order = get_order(SLW_REPORT_SIZE);
	unsigned long buf = __get_free_pages(GFP_ATOMIC | __GFP_NOWARN, order);

	if (!buf) {
		slw_report_brief(r);
		return;
	}
	slw_report_render(r, (char *)buf);
	log_lines(FULL, (char *)buf);
	free_pages(buf, order);
}

void slw_report_log(const struct slw_record *r)
{
	static DEFINE_RATELIMIT_STATE(limit, 10 * HZ, 10);

	if (__ratelimit(&limit))
		log_report(r);
	add_taint(TAINT_BAD_PAGE, LOCKDEP_NOW_UNRELIABLE);
}

void slw_report_brief(const struct slw_record *r)
{
	static char buf[BRIEF_SIZE];

	render(r, BRIEF, buf, sizeof(buf));
	log_lines(BRIEF, buf);
}
