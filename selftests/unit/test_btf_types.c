// SPDX-License-Identifier: GPL-2.0
/* core/btf.c: lookups of types and members, in files that mislead. */
#include <stdlib.h>

#include "btf_build.h"
#include "unit.h"

static void expect_size(const struct opened *o, u32 id, u32 want)
{
	u32 size = 0;

	EXPECT_EQ(slw_btf_size(&o->btf, id, &size), 0);
	EXPECT_EQ(size, want);
}

static void expect_no_size(const struct opened *o, u32 id)
{
	u32 size;

	EXPECT_EQ(slw_btf_size(&o->btf, id, &size), -EINVAL);
}

static void test_sizes(const void *arg)
{
	static const u8 sized[] = {
		SLW_BTF_ENUM, SLW_BTF_ENUM64, SLW_BTF_FLOAT, SLW_BTF_STRUCT,
		SLW_BTF_UNION,
	};
	static const u8 unsized[] = {
		SLW_BTF_FWD, SLW_BTF_FUNC, SLW_BTF_FUNC_PROTO,
	};
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;
	u32 i, id = 1;

	build_init(b);
	for (i = 0; i < ARRAY_SIZE(sized); i++)
		build_type(b, "", sized[i], 40 + i);
	for (i = 0; i < ARRAY_SIZE(unsized); i++)
		build_type(b, "", unsized[i], 0);
	build_type(b, "", SLW_BTF_PTR, 1);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	for (i = 0; i < ARRAY_SIZE(sized); i++)
		expect_size(&o, id++, 40 + i);
	for (i = 0; i < ARRAY_SIZE(unsized); i++)
		expect_no_size(&o, id++);
	expect_size(&o, id, sizeof(void *));
	expect_no_size(&o, 0);
	expect_no_size(&o, o.btf.nr_types);
	expect_no_size(&o, 0xffffffff);
	close_built(&f, &o);
	free(b);
}

static void test_modifiers(const void *arg)
{
	static const u8 modifiers[] = {
		SLW_BTF_TYPEDEF, SLW_BTF_CONST, SLW_BTF_VOLATILE,
		SLW_BTF_RESTRICT, SLW_BTF_TYPE_TAG,
	};
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;
	u32 num, id, res;
	size_t i;

	build_init(b);
	num = build_int(b, "int", 4);
	for (i = 0, id = num; i < ARRAY_SIZE(modifiers); i++)
		id = build_type(b, "", modifiers[i], id);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(slw_btf_resolve(&o.btf, id, &res), 0);
	EXPECT_EQ(res, num);
	expect_size(&o, id, 4);
	EXPECT_EQ(slw_btf_resolve(&o.btf, 0, &res), 0);
	EXPECT_EQ(res, 0);
	EXPECT_EQ(slw_btf_resolve(&o.btf, o.btf.nr_types, &res), -EINVAL);
	EXPECT_EQ(slw_btf_kind(&o.btf, 0), SLW_BTF_VOID);
	EXPECT_EQ(slw_btf_kind(&o.btf, id), SLW_BTF_TYPE_TAG);
	EXPECT_EQ(slw_btf_kind(&o.btf, o.btf.nr_types), -EINVAL);
	close_built(&f, &o);
	free(b);
}

static void test_arrays(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	u32 num, alias, row, grid, flexible, record, elem, count;
	struct btf_file f;
	struct opened o;

	build_init(b);
	num = build_int(b, "int", 4);
	alias = build_type(b, "num", SLW_BTF_TYPEDEF, num);
	row = build_array(b, alias, 3);
	grid = build_array(b, build_type(b, "row", SLW_BTF_TYPEDEF, row), 5);
	flexible = build_array(b, num, 0);
	/* its words would do for an array of void */
	record = build_struct(b, "", SLW_BTF_STRUCT, 4);
	build_member(b, "", num, 0);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	expect_size(&o, row, 12);
	expect_size(&o, grid, 60);
	expect_size(&o, flexible, 0);
	EXPECT_EQ(slw_btf_array(&o.btf, row, &elem, &count), 0);
	EXPECT_EQ(elem, num);
	EXPECT_EQ(count, 3);
	EXPECT_EQ(slw_btf_array(&o.btf, grid, &elem, &count), 0);
	EXPECT_EQ(elem, row);
	EXPECT_EQ(slw_btf_array(&o.btf, num, &elem, &count), -EINVAL);
	EXPECT_EQ(slw_btf_array(&o.btf, record, &elem, &count), -EINVAL);
	close_built(&f, &o);
	free(b);
}

/* Sizes that do not fit: no product may wrap into something harmless. */
static void test_huge_sizes(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;
	u32 size, id, i;

	build_init(b);
	build_int(b, "int", 4);
	build_array(b, 1, 0x20000000);			/* 2: 2 GB */
	build_array(b, 1, 0x40000001);			/* 3: 4 GB and 4 */
	build_array(b, 3, 0xffffffff);			/* 4 */
	build_struct(b, "s", SLW_BTF_STRUCT, 0x80000000);	/* 5 */
	build_array(b, 1, 0x1fffffff);			/* 6: just below */
	build_array(b, 1, 0x10000);			/* 7 to 10: 4 << 64 */
	for (i = 7; i <= 9; i++)
		build_array(b, i, 0x10000);
	for (i = 0, id = 4; i < 20; i++)
		id = build_array(b, id, 0xffffffff);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	for (i = 2; i <= 5; i++)
		EXPECT_EQ(slw_btf_size(&o.btf, i, &size), -EINVAL);
	EXPECT_EQ(slw_btf_size(&o.btf, 10, &size), -EINVAL);
	EXPECT_EQ(slw_btf_size(&o.btf, 6, &size), 0);
	EXPECT_EQ(size, 0x7ffffffc);
	EXPECT_EQ(slw_btf_size(&o.btf, id, &size), -EINVAL);
	close_built(&f, &o);
	free(b);
}

static void test_cycles(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;
	u32 res, i;

	build_init(b);
	build_type(b, "self", SLW_BTF_TYPEDEF, 1);	/* 1 */
	build_type(b, "", SLW_BTF_CONST, 3);		/* 2 */
	build_type(b, "", SLW_BTF_VOLATILE, 2);		/* 3 */
	build_array(b, 4, 1);				/* 4: of itself */
	build_array(b, 4, 0);				/* 5 */
	build_struct(b, "s", SLW_BTF_STRUCT, 8);	/* 6 */
	build_member(b, "t", 1, 0);
	build_member(b, "a", 4, 0);
	build_member(b, "", 2, 0);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	for (i = 1; i <= 3; i++)
		EXPECT_EQ(slw_btf_resolve(&o.btf, i, &res), -ELOOP);
	for (i = 1; i <= 5; i++)
		EXPECT_EQ(slw_btf_size(&o.btf, i, &res), -ELOOP);
	EXPECT_EQ(slw_btf_member(&o.btf, 6, "t", &m), -ELOOP);
	EXPECT_EQ(slw_btf_member(&o.btf, 6, "a", &m), -ELOOP);
	EXPECT_EQ(slw_btf_member(&o.btf, 6, "behind", &m), -ELOOP);
	close_built(&f, &o);
	free(b);
}

/*
 * A structure that is its own unnamed member; then one that is so many times
 * over, which without a budget would be looked through for ages.
 */
static void test_self_containing(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;
	int i, nr = *(const int *)arg;

	build_init(b);
	build_int(b, "int", 4);
	build_struct(b, "s", SLW_BTF_STRUCT, 8);
	build_member(b, "first", 1, 0);
	for (i = 0; i < nr; i++)
		build_member(b, "", 2, 0);
	build_member(b, "last", 1, 32);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "first", &m), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "last", &m), -ELOOP);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "nosuch", &m), -ELOOP);
	close_built(&f, &o);
	free(b);
}

/*
 * No cycle and no great depth, but sixteen unnamed members in each of seven
 * levels: 2^28 places to look at.
 */
static void test_fan_out(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;
	u32 id, level, i;

	build_init(b);
	id = build_struct(b, "", SLW_BTF_UNION, 4);
	for (level = 0; level < 7; level++) {
		u32 inner = id;

		id = build_struct(b, "", SLW_BTF_UNION, 4);
		for (i = 0; i < 16; i++)
			build_member(b, "", inner, 0);
	}
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, id, "nosuch", &m), -ELOOP);
	close_built(&f, &o);
	free(b);
}

static void test_depth(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;
	u32 id, level;

	build_init(b);
	id = build_int(b, "int", 4);
	id = build_struct(b, "", SLW_BTF_STRUCT, 4);
	build_member(b, "deep", 1, 0);
	for (level = 2; level <= 17; level++) {
		u32 inner = id;

		id = build_struct(b, "", SLW_BTF_STRUCT, 4 * level);
		build_member(b, "", inner, 32);
	}
	EXPECT_EQ(open_built(b, &f, &o), 0);
	/* sixteen levels are looked at */
	EXPECT_EQ(slw_btf_member(&o.btf, id - 1, "deep", &m), 0);
	EXPECT_EQ(m.offset, 60);
	EXPECT_EQ(slw_btf_member(&o.btf, id, "deep", &m), -ELOOP);
	close_built(&f, &o);
	free(b);
}

static void test_bitfields(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;
	u32 inner, outer;

	build_init(b);
	build_int(b, "unsigned int", 4);
	build_int(b, "unsigned long", 8);
	inner = build_struct(b, "", SLW_BTF_STRUCT, 8);
	build_bitfield(b, "inuse", 1, 0, 16);
	build_bitfield(b, "objects", 1, 16, 15);
	build_bitfield(b, "frozen", 1, 31, 1);
	build_bitfield(b, "whole", 1, 32, 0);
	outer = build_struct(b, "outer", SLW_BTF_STRUCT, 24);
	build_member(b, "head", 2, 0);
	build_member(b, "", inner, 128);
	build_struct(b, "short", SLW_BTF_STRUCT, 4);	/* one bit too small */
	build_bitfield(b, "fits", 1, 17, 15);
	build_bitfield(b, "out", 1, 17, 16);
	build_bitfield(b, "odd", 1, 4, 0);
	build_struct(b, "old", SLW_BTF_STRUCT, 8);	/* no kind flag */
	build_member(b, "odd", 1, 4);
	EXPECT_EQ(open_built(b, &f, &o), 0);

	EXPECT_EQ(slw_btf_member(&o.btf, outer, "objects", &m), 0);
	EXPECT_EQ(m.bit_offset, 144);
	EXPECT_EQ(m.offset, 18);
	EXPECT_EQ(m.bits, 15);
	EXPECT_EQ(m.size, 4);
	EXPECT_EQ(slw_btf_member(&o.btf, outer, "frozen", &m), 0);
	EXPECT_EQ(m.bit_offset, 159);
	EXPECT_EQ(m.bits, 1);
	EXPECT_EQ(slw_btf_member(&o.btf, outer, "whole", &m), 0);
	EXPECT_EQ(m.offset, 20);
	EXPECT_EQ(m.bits, 0);
	EXPECT_EQ(slw_btf_member(&o.btf, outer + 1, "fits", &m), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, outer + 1, "out", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, outer + 1, "odd", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, outer + 2, "odd", &m), -EINVAL);
	close_built(&f, &o);
	free(b);
}

static void test_bad_members(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;
	u32 s, i;
	static const char *const bad[] = {
		"over", "far", "nothing", "wild", "fwd", "wrapped",
	};

	build_init(b);
	build_int(b, "int", 4);					/* 1 */
	build_type(b, "elsewhere", SLW_BTF_FWD, 0);		/* 2 */
	build_struct(b, "", SLW_BTF_STRUCT, 0x7fffffff);	/* 3 */
	build_member(b, "wrapped", 1, 0xffffffe0);
	s = build_struct(b, "s", SLW_BTF_STRUCT, 8);		/* 4 */
	build_member(b, "good", 1, 32);
	build_member(b, "over", 1, 40);
	build_member(b, "far", 1, 0xffffffe0);
	build_member(b, "nothing", 0, 0);
	build_member(b, "wild", 1000, 0);
	build_member(b, "fwd", 2, 0);
	build_member(b, "", 1, 0);		/* padding: nothing in it */
	build_member(b, "", 3, 64);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, s, "good", &m), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(slw_btf_member(&o.btf, s, bad[i], &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, s, "nosuch", &m), -ENOENT);
	EXPECT_EQ(slw_btf_member(&o.btf, 1, "good", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, 0, "good", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, 1000, "good", &m), -EINVAL);
	close_built(&f, &o);
	free(b);
}

/* Unnamed members placed so far out that their offsets would wrap around. */
static void test_far_members(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;

	build_init(b);
	build_int(b, "int", 4);
	build_struct(b, "", SLW_BTF_STRUCT, 0x7fffffff);
	build_member(b, "x", 1, 0x80000000);
	build_struct(b, "s", SLW_BTF_STRUCT, 0x7fffffff);
	build_member(b, "", 2, 0x7fffff00);
	build_struct(b, "t", SLW_BTF_STRUCT, 0x7fffffff);
	build_member(b, "", 2, 0x80000000);
	/* twice 0x80000000 bits would be none */
	build_struct(b, "", SLW_BTF_STRUCT, 0x7fffffff);
	build_member(b, "y", 1, 0);
	build_struct(b, "", SLW_BTF_STRUCT, 0x7fffffff);
	build_member(b, "", 5, 0x80000000);
	build_struct(b, "u", SLW_BTF_STRUCT, 0x7fffffff);
	build_member(b, "", 6, 0x80000000);
	/* far, but not too far, and no bit-field without the kind flag */
	build_struct(b, "v", SLW_BTF_STRUCT, 0x400000);
	build_member(b, "z", 1, 0x1000000);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "x", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, 3, "x", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, 4, "x", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, 7, "y", &m), -EINVAL);
	EXPECT_EQ(slw_btf_member(&o.btf, 8, "z", &m), 0);
	EXPECT_EQ(m.offset, 0x200000);
	EXPECT_EQ(m.bits, 0);
	close_built(&f, &o);
	free(b);
}

static void test_bad_member_name(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct slw_btf_member m;
	struct btf_file f;
	struct opened o;

	build_init(b);
	build_int(b, "int", 4);
	build_struct(b, "s", SLW_BTF_STRUCT, 8);
	build_member(b, "good", 1, 0);
	build_member(b, "", 1, 0);
	build_member(b, "behind", 1, 32);
	f = build_file(b, 24);
	/* header, int, struct, first member: name of the second one */
	file_set_word(&f, 24 + 16 + 12 + 12, 0x7fffffff);
	EXPECT_EQ(file_open(&f, &o), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "good", &m), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "behind", &m), -EINVAL);
	close_built(&f, &o);

	/* the first offset behind the section, then the last one in it */
	f = build_file(b, 24);
	file_set_word(&f, 24 + 16 + 12 + 12, b->strs_len);
	EXPECT_EQ(file_open(&f, &o), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "behind", &m), -EINVAL);
	file_set_word(&f, 24 + 16 + 12 + 12, b->strs_len - 1);
	EXPECT_EQ(slw_btf_member(&o.btf, 2, "behind", &m), 0);
	close_built(&f, &o);
	free(b);
}

static void test_duplicates(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;

	build_init(b);
	build_type(b, "twice", SLW_BTF_FWD, 0);
	build_type(b, "twice", SLW_BTF_TYPEDEF, 3);
	build_struct(b, "twice", SLW_BTF_STRUCT, 8);
	build_int(b, "twice", 4);
	build_struct(b, "twice", SLW_BTF_UNION, 4);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "twice", 0), 3);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "twice", 3), 5);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "twice", 5), 0);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "twice", 0xffffffff), 0);
	close_built(&f, &o);
	free(b);
}

static const int once = 1, often = 1000;

static const struct unit_test tests[] = {
	{ "sizes", test_sizes, NULL },
	{ "modifiers", test_modifiers, NULL },
	{ "arrays", test_arrays, NULL },
	{ "sizes that do not fit", test_huge_sizes, NULL },
	{ "cyclic types", test_cycles, NULL },
	{ "structure in itself", test_self_containing, &once },
	{ "structure in itself, often", test_self_containing, &often },
	{ "fan-out of unnamed members", test_fan_out, NULL },
	{ "depth of unnamed members", test_depth, NULL },
	{ "bit-fields", test_bitfields, NULL },
	{ "members that cannot be", test_bad_members, NULL },
	{ "offsets that would wrap", test_far_members, NULL },
	{ "member name outside of the strings", test_bad_member_name, NULL },
	{ "duplicate names", test_duplicates, NULL },
};

void suite_btf_types(void)
{
	unit_run("btf types", tests, ARRAY_SIZE(tests));
}
