// SPDX-License-Identifier: GPL-2.0
/* core/btf.c: opening of files, most of them broken. */
#include <stdlib.h>

#include "btf_build.h"
#include "unit.h"

#define NR_TYPES	7	/* of the file made by make_plain() */

/*
 * ids: 1 int, 2 struct pair { int a; int b; }, 3 anonymous union { int u; },
 * 4 struct outer { struct pair p; union {...}; struct pair; }, 5 pointer to 4,
 * 6 unsigned long
 */
static void make_plain(struct btf_builder *b)
{
	u32 num, pair, anon, outer;

	build_init(b);
	num = build_int(b, "int", 4);
	pair = build_struct(b, "pair", SLW_BTF_STRUCT, 8);
	build_member(b, "a", num, 0);
	build_member(b, "b", num, 32);
	anon = build_struct(b, "", SLW_BTF_UNION, 4);
	build_member(b, "u", num, 0);
	outer = build_struct(b, "outer", SLW_BTF_STRUCT, 24);
	build_member(b, "p", pair, 0);
	build_member(b, "", anon, 64);
	build_member(b, "", pair, 96);
	build_type(b, "", SLW_BTF_PTR, outer);
	build_int(b, "unsigned long", 8);
}

static struct btf_file plain_file(u32 hdr_len)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;

	make_plain(b);
	f = build_file(b, hdr_len);
	free(b);
	return f;
}

static void expect_plain(const struct btf_file *f)
{
	struct slw_btf_member m;
	struct opened o;
	u32 id;

	if (!EXPECT_EQ(file_open(f, &o), 0)) {
		file_close(&o);
		return;
	}
	EXPECT_EQ(o.btf.nr_types, NR_TYPES);
	id = slw_btf_next_struct(&o.btf, "outer", 0);
	EXPECT_EQ(id, 4);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "outer", id), 0);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "oute", 0), 0);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "int", 0), 0);
	EXPECT_EQ(slw_btf_member(&o.btf, id, "u", &m), 0);
	EXPECT_EQ(m.offset, 8);
	EXPECT_EQ(m.size, 4);
	EXPECT_EQ(m.type, 1);
	EXPECT_EQ(m.bits, 0);
	EXPECT_EQ(slw_btf_member(&o.btf, id, "b", &m), 0);
	EXPECT_EQ(m.offset, 16);
	EXPECT_EQ(slw_btf_member(&o.btf, id, "p", &m), 0);
	EXPECT_EQ(m.size, 8);
	EXPECT_EQ(slw_btf_member(&o.btf, id, "nosuch", &m), -ENOENT);
	EXPECT_EQ(slw_btf_member(&o.btf, id, "", &m), -ENOENT);
	file_close(&o);
}

static void test_plain(const void *arg)
{
	struct btf_file f = plain_file(*(const u32 *)arg);

	expect_plain(&f);
	file_free(&f);
}

static void test_unaligned(const void *arg)
{
	struct btf_file f = plain_file(24), shifted;
	u8 *raw = malloc(f.len + 1);

	memcpy(raw + 1, f.data, f.len);
	shifted.data = raw + 1;
	shifted.len = f.len;
	expect_plain(&shifted);
	free(raw);
	file_free(&f);
}

/* Less than a record, at the very end of the file: strings come first. */
static void test_cut_short_at_end(const void *arg)
{
	const u32 head[] = { 0x0001eb9f, 24, 4, 0, 0, 4, 0 };
	struct btf_file f;
	struct opened o;
	u32 left;

	for (left = 1; left < 12; left++) {
		f.len = sizeof(head) + left;
		f.data = calloc(1, f.len);
		memcpy(f.data, head, sizeof(head));
		file_set_word(&f, 12, left);
		EXPECT_EQ(file_open(&f, &o), -EINVAL);
		EXPECT_HAS(o.err.what, "type 1: cut short");
		close_built(&f, &o);
	}
}

/* The name of a type: the last byte of the strings is "", the next is out. */
static void test_type_name(const void *arg)
{
	struct btf_file f = plain_file(24);
	u32 strs_len = file_word(&f, 20);
	struct opened o;

	file_set_word(&f, 24, strs_len - 1);
	EXPECT_EQ(file_open(&f, &o), 0);
	file_close(&o);
	file_set_word(&f, 24, strs_len);
	EXPECT_EQ(file_open(&f, &o), -EINVAL);
	EXPECT_HAS(o.err.what, "type 1: bad name offset");
	close_built(&f, &o);
}

/* A header longer than any we know: sections begin behind hdr_len. */
static void test_longer_header(const void *arg)
{
	struct btf_file f = plain_file(32), longer;

	longer.len = f.len + 16;
	longer.data = calloc(1, longer.len);
	memcpy(longer.data, f.data, 32);
	memcpy(longer.data + 48, f.data + 32, f.len - 32);
	file_set_word(&longer, 4, 48);
	expect_plain(&longer);
	file_free(&longer);
	file_free(&f);
}

static void test_truncated(const void *arg)
{
	struct btf_file f = plain_file(*(const u32 *)arg);
	size_t len;

	for (len = 0; len < f.len; len++) {
		struct btf_file part = file_copy(&f, len);
		struct opened o;

		EXPECT_EQ(file_open(&part, &o), -EINVAL);
		EXPECT(o.err.what[0]);
		close_built(&part, &o);
	}
	file_free(&f);
}

/* One word of the header overwritten. */
struct bad_header {
	size_t at;
	u32 value;
	const char *says;
};

static const struct bad_header bad_headers[] = {
	{ 0, 0x00019feb, "byte order" },	/* as read by the other kind */
	{ 0, 0x9feb0100, "magic" },
	{ 0, 0x0001eb9e, "magic" },
	{ 0, 0x0002eb9f, "version" },
	{ 0, 0x0101eb9f, "flags" },
	{ 4, 23, "header" },
	{ 4, 0, "header" },
	{ 4, 0x10000, "header" },
	{ 4, 0xffffffff, "header" },
	{ 8, 0x10000, "type section" },
	{ 8, 0xfffffffc, "type section" },
	{ 12, 0x10000, "type section" },
	{ 12, 0xffffffff, "type section" },
	{ 12, 11, "cut short" },
	{ 12, 17, "cut short" },
	{ 16, 0xfffffff0, "string section" },
	{ 20, 0, "string section" },
	{ 20, 0xffffffff, "string section" },
	{ 20, 3, "string section" },	/* ends inside of a name */
	{ 16, 0, "string section" },	/* begins with a record */
	{ 20, 1, "name offset" },
	{ 24, 0x10000, "layout section" },
	{ 28, 0xffffffff, "layout section" },
};

static void test_bad_headers(const void *arg)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad_headers); i++) {
		struct btf_file f = plain_file(32);
		struct opened o;

		file_set_word(&f, bad_headers[i].at, bad_headers[i].value);
		EXPECT_EQ(file_open(&f, &o), -EINVAL);
		EXPECT_HAS(o.err.what, bad_headers[i].says);
		close_built(&f, &o);
	}
}

static void test_index_size(const void *arg)
{
	struct btf_file f = plain_file(24);
	u32 *index = malloc(NR_TYPES * sizeof(*index));
	struct slw_btf_error err;
	struct slw_btf btf;

	EXPECT_EQ(slw_btf_open(&btf, f.data, f.len, &err), 0);
	EXPECT_EQ(slw_btf_index(&btf, index, NR_TYPES - 1, &err), -EINVAL);
	EXPECT_HAS(err.what, "index");
	EXPECT_EQ(slw_btf_index(&btf, index, NR_TYPES, &err), 0);
	/* one record less than at the time of opening */
	btf.types_len -= 16;
	EXPECT_EQ(slw_btf_index(&btf, index, NR_TYPES, &err), -EINVAL);
	EXPECT_HAS(err.what, "changed");
	/* and many more: the index must not be overrun */
	btf.types_len += 16;
	btf.nr_types = 2;
	index = realloc(index, 2 * sizeof(*index));
	EXPECT_EQ(slw_btf_index(&btf, index, 2, &err), -EINVAL);
	free(index);
	file_free(&f);
}

static void test_no_types(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;

	build_init(b);
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(o.btf.nr_types, 1);
	EXPECT_EQ(slw_btf_next_struct(&o.btf, "x", 0), 0);
	close_built(&f, &o);
	free(b);
}

#define KIND_FUTURE	25

static void make_future(struct btf_builder *b)
{
	make_plain(b);
	build_type(b, "", KIND_FUTURE, 0);
	build_patch(b, 1, KIND_FUTURE << 24 | 2);	/* two elements */
	build_word(b, 1);
	build_word(b, 2);
	build_word(b, 3);
	build_int(b, "behind", 4);
}

static void test_unknown_kind(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;

	make_future(b);
	EXPECT_EQ(open_built(b, &f, &o), -EINVAL);
	EXPECT_HAS(o.err.what, "type 7: unknown kind 25");
	close_built(&f, &o);

	make_plain(b);
	build_patch(b, 1, 0);
	EXPECT_EQ(open_built(b, &f, &o), -EINVAL);
	EXPECT_HAS(o.err.what, "unknown kind 0");
	close_built(&f, &o);
	free(b);
}

static void test_shape_of_unknown_kind(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;
	u32 size;

	make_future(b);
	build_shape(b, KIND_FUTURE, 4, 4);
	f = build_file(b, 32);
	EXPECT_EQ(file_open(&f, &o), 0);
	EXPECT_EQ(o.btf.nr_types, NR_TYPES + 2);
	EXPECT_EQ(slw_btf_kind(&o.btf, NR_TYPES), KIND_FUTURE);
	EXPECT_HAS(slw_btf_kind_name(KIND_FUTURE), "unknown");
	EXPECT_EQ(slw_btf_size(&o.btf, NR_TYPES, &size), -EINVAL);
	EXPECT_EQ(slw_btf_size(&o.btf, NR_TYPES + 1, &size), 0);
	EXPECT_EQ(size, 4);
	close_built(&f, &o);

	/* the shape of a kind just below says nothing */
	make_future(b);
	build_shape(b, KIND_FUTURE - 1, 4, 4);
	f = build_file(b, 32);
	EXPECT_EQ(file_open(&f, &o), -EINVAL);
	EXPECT_HAS(o.err.what, "unknown kind 25");
	close_built(&f, &o);
	free(b);
}

/* Every kind with its tail: the walk must land behind each of them. */
static void test_every_kind(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;
	u32 kind, i;
	static const u8 words[SLW_BTF_NR_KINDS] = {
		[SLW_BTF_INT] = 1, [SLW_BTF_ARRAY] = 3, [SLW_BTF_VAR] = 1,
		[SLW_BTF_DECL_TAG] = 1,
		[SLW_BTF_STRUCT] = 6, [SLW_BTF_UNION] = 6, [SLW_BTF_ENUM] = 4,
		[SLW_BTF_FUNC_PROTO] = 4, [SLW_BTF_DATASEC] = 6,
		[SLW_BTF_ENUM64] = 6,
	};

	build_init(b);
	for (kind = SLW_BTF_INT; kind < SLW_BTF_NR_KINDS; kind++) {
		build_type(b, "t", kind, 0);
		build_patch(b, 1, kind << 24 | 2);
		for (i = 0; i < words[kind]; i++)
			build_word(b, 0);
	}
	EXPECT_EQ(open_built(b, &f, &o), 0);
	EXPECT_EQ(o.btf.nr_types, SLW_BTF_NR_KINDS);
	for (kind = SLW_BTF_INT; kind < SLW_BTF_NR_KINDS; kind++)
		EXPECT_EQ(slw_btf_kind(&o.btf, kind), kind);
	close_built(&f, &o);
	free(b);
}

static void test_huge_vlen(const void *arg)
{
	static const u32 vlens[] = { 4, 0xffff, 0xffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vlens); i++) {
		struct btf_builder *b = malloc(sizeof(*b));
		struct btf_file f;
		struct opened o;

		build_init(b);
		build_int(b, "int", 4);
		build_struct(b, "s", SLW_BTF_STRUCT, 8);
		build_member(b, "a", 1, 0);
		build_patch(b, 1, SLW_BTF_STRUCT << 24 | vlens[i]);
		EXPECT_EQ(open_built(b, &f, &o), -EINVAL);
		EXPECT_HAS(o.err.what, "type 2: cut short");
		close_built(&f, &o);
		free(b);
	}
}

/* The largest shape there can be must not wrap around to a short record. */
static void test_huge_shape(const void *arg)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;
	struct opened o;

	make_plain(b);
	build_type(b, "", 127, 0);
	build_patch(b, 1, 127u << 24 | 0xffffff);
	build_shape(b, 127, 255, 255);
	f = build_file(b, 32);
	EXPECT_EQ(file_open(&f, &o), -EINVAL);
	EXPECT_HAS(o.err.what, "cut short");
	close_built(&f, &o);
	free(b);
}

static const u32 old_header = 24, new_header = 32;

static const struct unit_test tests[] = {
	{ "header of 24 bytes", test_plain, &old_header },
	{ "header of 32 bytes", test_plain, &new_header },
	{ "header longer than known", test_longer_header, NULL },
	{ "file at an odd address", test_unaligned, NULL },
	{ "truncated at every byte, 24", test_truncated, &old_header },
	{ "truncated at every byte, 32", test_truncated, &new_header },
	{ "record cut short at the end", test_cut_short_at_end, NULL },
	{ "type name outside of the strings", test_type_name, NULL },
	{ "bad headers are named", test_bad_headers, NULL },
	{ "index of the wrong size", test_index_size, NULL },
	{ "no types", test_no_types, NULL },
	{ "unknown kind is named", test_unknown_kind, NULL },
	{ "unknown kind with a shape is skipped", test_shape_of_unknown_kind, NULL },
	{ "shape that would wrap", test_huge_shape, NULL },
	{ "every kind is walked over", test_every_kind, NULL },
	{ "huge vlen", test_huge_vlen, NULL },
};

void suite_btf(void)
{
	unit_run("btf", tests, ARRAY_SIZE(tests));
}
