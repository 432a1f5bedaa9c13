// SPDX-License-Identifier: GPL-2.0
/*
 * core/btf.c and core/layout.c on damaged files.  Whatever comes of a file,
 * ASan and UBSan must be silent; if it is a layout, each offset in it must be
 * one that the file really says, which a second reader is asked for.
 */
#include <stdlib.h>

#include "oracle.h"
#include "unit.h"

#define ROUNDS	20000
#define SEED	0x736c756277617463ull

static int nr_accepted, nr_refused;

static u64 random_state;

static u32 random_below(u32 limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (u32)(random_state >> 33) % limit;
}

static struct btf_file era_file(const struct era *era)
{
	struct shape s;

	shape_parse(&s, era->text);
	return shape_file(&s, 24);
}

static void expect_sense(const struct btf_file *f)
{
	struct slw_layout_error err;
	struct slw_layout l;
	struct opened o;
	int ret;

	ret = file_open(f, &o);
	if (ret) {
		EXPECT_EQ(ret, -EINVAL);
		EXPECT(o.err.what[0]);
		file_close(&o);
		nr_refused++;
		return;
	}
	ret = slw_layout_resolve(&o.btf, &l, &err);
	file_close(&o);
	nr_refused += !!ret;
	nr_accepted += !ret;
	if (!ret) {
		oracle_check(f, &l);
		EXPECT(!err.what[0]);
		return;
	}
	EXPECT(ret == -EINVAL || ret == -ENOENT);
	EXPECT_HAS(err.what, "struct ");
}

static void test_truncated(const void *arg)
{
	struct btf_file f = era_file(arg);
	size_t len;

	for (len = 0; len < f.len; len++) {
		struct btf_file part = file_copy(&f, len);
		struct opened o;

		EXPECT_EQ(file_open(&part, &o), -EINVAL);
		close_built(&part, &o);
	}
	file_free(&f);
}

static void test_each_byte(const void *arg)
{
	static const u8 flips[] = { 0x01, 0x80, 0xff };
	struct btf_file f = era_file(arg);
	size_t at, i;

	for (at = 0; at < f.len; at++) {
		for (i = 0; i < ARRAY_SIZE(flips); i++) {
			struct btf_file bad = file_copy(&f, f.len);

			bad.data[at] ^= flips[i];
			expect_sense(&bad);
			file_free(&bad);
		}
	}
	file_free(&f);
}

/* Words that have a meaning somewhere: ids, offsets, lengths, limits. */
static u32 random_word(const struct btf_file *f)
{
	static const u32 limits[] = {
		0, 1, 0xff, 0xffff, 0xffffff, 0x7fffffff, 0x80000000, 0xffffffff,
		0x04000001, 0x04ffffff, 0x84000003, 0x05000002,
	};

	switch (random_below(4)) {
	case 0:
		return limits[random_below(ARRAY_SIZE(limits))];
	case 1:
		return random_below(128);
	case 2:
		return random_below((u32)f->len);
	default:
		return random_below(0x7fffffff) * 2u;
	}
}

/* Overwrite a record's worth of bytes with another such piece of the file. */
static void copy_piece(struct btf_file *f)
{
	u32 from = random_below((u32)f->len - 16) & ~3u;
	u32 to = random_below((u32)f->len - 16) & ~3u;

	memmove(f->data + to, f->data + from, 12);
}

static void mutate(struct btf_file *f)
{
	u32 how = random_below(5);
	u32 at = random_below((u32)f->len);
	/* of the type section, where nearly all words count */
	u32 word_at = 24 + (random_below(file_word(f, 12) - 4) & ~3u);
	u32 word = random_word(f);

	switch (how) {
	case 0:
		f->data[at] ^= (u8)(1u << word % 8);
		break;
	case 1:
		f->data[at] = (u8)word;
		break;
	case 2:
		file_set_word(f, word_at, word);
		break;
	case 3:
		copy_piece(f);
		break;
	default:
		file_set_word(f, at % 6 * 4, word);
	}
}

/* Is there still a type section for mutate() to pick a word of? */
static bool has_types(const struct btf_file *f)
{
	u32 types_len = file_word(f, 12);

	return types_len > 8 && types_len < f->len - 24;
}

static void test_random(const void *arg)
{
	struct btf_file whole[16], bad;
	int round, i;
	u32 n;

	random_state = SEED;
	nr_accepted = 0;
	nr_refused = 0;
	for (i = 0; i < nr_eras; i++)
		whole[i] = era_file(&eras[i]);
	for (round = 0; round < ROUNDS; round++) {
		const struct btf_file *f = &whole[round % nr_eras];

		bad = file_copy(f, f->len);
		/* mostly one: several at once are refused for the first */
		mutate(&bad);
		for (n = random_below(8); n > 5 && has_types(&bad); n--)
			mutate(&bad);
		expect_sense(&bad);
		file_free(&bad);
	}
	for (i = 0; i < nr_eras; i++)
		file_free(&whole[i]);
	printf("# %d damaged files accepted, %d refused\n", nr_accepted, nr_refused);
	/* else the mutations are too weak or too strong to say anything */
	EXPECT(nr_accepted > ROUNDS / 10);
	EXPECT(nr_refused > ROUNDS / 10);
}

/* The judge is judged: it must not agree to anything. */
static void test_oracle(const void *arg)
{
	struct btf_file f = era_file(arg);

	EXPECT(oracle_has(&f, "slab", "inuse", 40));
	EXPECT(oracle_has(&f, "slab", "counters", 40));
	EXPECT(!oracle_has(&f, "slab", "counters", 32));
	EXPECT(!oracle_has(&f, "slab", "counter", 40));
	EXPECT(!oracle_has(&f, "slub", "counters", 40));
	EXPECT(oracle_has(&f, "kmem_cache", "per_node", 208));
	file_free(&f);
}

static void run_eras(const char *what, void (*fn)(const void *arg))
{
	char name[128];
	int i;

	for (i = 0; i < nr_eras; i++) {
		const struct unit_test t = { name, fn, &eras[i] };

		snprintf(name, sizeof(name), "%s: %s", eras[i].name, what);
		unit_run("mutation", &t, 1);
	}
}

void suite_mutation(void)
{
	const struct unit_test tests[] = {
		{ "the second reader", test_oracle, &eras[nr_eras - 1] },
		{ "random damage", test_random, NULL },
	};

	run_eras("truncated at every byte", test_truncated);
	run_eras("each byte flipped", test_each_byte);
	unit_run("mutation", tests, ARRAY_SIZE(tests));
}
