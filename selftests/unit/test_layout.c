// SPDX-License-Identifier: GPL-2.0
/*
 * core/layout.c on the shapes of every era, whole and with one thing changed.
 * The rule: a correct layout, or a refusal that names what is wrong.
 */
#include <assert.h>
#include <stdlib.h>

#include "shapes.h"
#include "unit.h"

/* A shape on trial, and what came of it. */
struct trial {
	struct shape shape;
	struct slw_layout layout;
	struct slw_layout_error err;
	int ret;
};

static void resolve_file(struct trial *t, const struct btf_file *f)
{
	struct opened o;

	/* what is left in them must not matter */
	memset(&t->layout, 0x55, sizeof(t->layout));
	memset(&t->err, 0x55, sizeof(t->err));
	if (EXPECT_EQ(file_open(f, &o), 0))
		t->ret = slw_layout_resolve(&o.btf, &t->layout, &t->err);
	file_close(&o);
}

static void resolve(struct trial *t)
{
	struct btf_file f = shape_file(&t->shape, 24);

	resolve_file(t, &f);
	file_free(&f);
}

static void start(struct trial *t, const struct era *era)
{
	shape_parse(&t->shape, era->text);
}

static void expect_fields(const struct trial *t)
{
	int i;

	for (i = 0; i < nr_fields; i++) {
		int got = field_get(&t->layout, &fields[i]);
		int want = shape_field(&t->shape, &fields[i]);

		if (got != want)
			unit_fail(__FILE__, __LINE__, "%s.%s: found %d, expected %d",
				  fields[i].owner, fields[i].member, got, want);
	}
}

static void expect_good(const struct trial *t)
{
	if (EXPECT_EQ(t->ret, 0))
		expect_fields(t);
	EXPECT_EQ(t->err.what[0], 0);
}

/* Refused, and the refusal has both names in it. */
static void expect_refused(const struct trial *t, int ret, const char *owner,
			   const char *member)
{
	EXPECT_EQ(t->ret, ret);
	EXPECT_HAS(t->err.what, owner);
	EXPECT_HAS(t->err.what, member);
	EXPECT(strlen(t->err.what) + 1 < sizeof(t->err.what));
	EXPECT(!strchr(t->err.what, '\n'));
}

static const char *owner_of(const struct trial *t, const struct field *f)
{
	return t->layout.slab.is_page && f->page_owner ? f->page_owner : f->owner;
}

static const char *member_of(const struct trial *t, const struct field *f)
{
	return t->layout.slab.is_page && f->page_owner ? f->page_member : f->member;
}

static void expect_refused_field(const struct trial *t, int ret,
				 const struct field *f)
{
	expect_refused(t, ret, owner_of(t, f), member_of(t, f));
}

static void test_whole(const void *arg)
{
	const struct era *era = arg;
	struct trial t;

	start(&t, era);
	resolve(&t);
	expect_good(&t);
	EXPECT_EQ(t.layout.caps, era->caps);
	EXPECT_HAS(era->name, slw_layout_era(&t.layout));
	EXPECT_EQ(era->name[strlen(slw_layout_era(&t.layout))], ' ');
	EXPECT_EQ(t.layout.slab.is_page, !!(era->caps & SLW_CAP_SLAB_PAGE));
	EXPECT_EQ(t.layout.cache.kobj_size, 64);
	EXPECT_EQ(t.layout.node.list_lock_size, 4);
	EXPECT_EQ(t.layout.cache.per_node_stride,
		  era->caps & SLW_CAP_PER_NODE ? 16 : SLW_ABSENT);
	EXPECT_EQ(t.layout.pcs.lock_size,
		  era->caps & SLW_CAP_SHEAVES ? 1 : SLW_ABSENT);
}

static bool is(const struct field *f, size_t at)
{
	return f->at == at;
}

#define IS(f, field)	is(f, offsetof(struct slw_layout, field))

/* With both, a kernel may do without either; see eras[]. */
static bool may_lack(const struct era *era, const struct field *f)
{
	const u32 both = SLW_CAP_CPU_SLAB | SLW_CAP_SHEAVES;

	if ((era->caps & both) == both &&
	    (IS(f, cache.cpu_slab) || IS(f, cache.cpu_sheaves)))
		return true;
	return f->optional;
}

/* One change to a member, and what must come of it. */
struct change {
	bool (*edit)(struct shape *s, struct shape_line *l);
	void (*check)(struct trial *t, const struct era *era,
		      const struct field *f);
};

/* Make the change to each member that a field stands for, one at a time. */
static void change_each_field(const struct era *era, const struct change *change)
{
	struct trial t;
	int i;

	for (i = 0; i < nr_fields; i++) {
		struct shape_line *l;

		start(&t, era);
		if (!slw_has(shape_field(&t.shape, &fields[i])))
			continue;
		l = shape_find_field(&t.shape, &fields[i]);
		if (!change->edit(&t.shape, l))
			continue;
		resolve(&t);
		change->check(&t, era, &fields[i]);
	}
}

static bool edit_drop(struct shape *s, struct shape_line *l)
{
	shape_drop(s, l);
	return true;
}

static bool edit_rename(struct shape *s, struct shape_line *l)
{
	strcat(l->name, "x");
	return true;
}

static void check_missing(struct trial *t, const struct era *era,
			  const struct field *f)
{
	if (may_lack(era, f))
		expect_good(t);
	else
		expect_refused_field(t, -ENOENT, f);
}

static void test_missing(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_drop, check_missing });
}

static void test_renamed(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_rename, check_missing });
}

static bool edit_move(struct shape *s, struct shape_line *l)
{
	shape_grow(s, 256);
	l->offset += 64;
	return true;
}

/* Members that are of no use where they are without another one. */
static bool has_neighbour(const struct field *f)
{
	return IS(f, cpu.freelist) || IS(f, cpu.tid) ||
	       IS(f, slab.freelist) || IS(f, slab.counters);
}

static void check_moved(struct trial *t, const struct era *era,
			const struct field *f)
{
	if (has_neighbour(f))
		expect_refused_field(t, -EINVAL, f);
	else
		expect_good(t);
}

static void test_moved(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_move, check_moved });
}

static bool is_opaque(const struct shape_line *l)
{
	return !strcmp(l->type, "raw_lock") || !strcmp(l->type, "kobject") ||
	       !strcmp(l->type, "nothing") || !strcmp(l->type, "byte");
}

static bool edit_unalign(struct shape *s, struct shape_line *l)
{
	shape_grow(s, 64);
	l->offset += 1;
	return !is_opaque(l);
}

static void check_refused(struct trial *t, const struct era *era,
			  const struct field *f)
{
	expect_refused_field(t, -EINVAL, f);
	EXPECT_HAS(t->err.what, "found");
	EXPECT_HAS(t->err.what, "expected");
}

static void test_unaligned(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_unalign, check_refused });
}

/* Types to put in the place of others: of another size, of another kind. */
static const struct {
	const char *from, *size, *kind;
} swaps[] = {
	{ "uint", "ulong", "kmem_cache_order_objects" },
	{ "int", "byte", "kmem_cache_order_objects" },
	{ "slab_flags_t", "ulong", "kmem_cache_order_objects" },
	{ "ulong", "uint", "ptr" },
	{ "ptr", "uint", "ulong" },
	{ "list_head", "kobject", "ptr" },
	{ "kmem_cache_order_objects", "list_head", "uint" },
	{ "ptr[", "ulong[4]", "ptr" },
	{ "kmem_cache_per_node_ptrs[", "ptr[4]", "kobject" },
};

static bool swap_type(struct shape *s, struct shape_line *l, bool kind)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(swaps); i++) {
		len = strlen(swaps[i].from);
		if (strncmp(l->type, swaps[i].from, len) ||
		    (l->type[len] && l->type[len - 1] != '['))
			continue;
		strcpy(l->type, kind ? swaps[i].kind : swaps[i].size);
		shape_grow(s, 64);
		return true;
	}
	assert(is_opaque(l));
	return false;
}

static bool edit_size(struct shape *s, struct shape_line *l)
{
	return swap_type(s, l, false);
}

static bool edit_kind(struct shape *s, struct shape_line *l)
{
	return swap_type(s, l, true);
}

static void test_other_size(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_size, check_refused });
}

static void test_other_kind(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_kind, check_refused });
}

static bool edit_bits(struct shape *s, struct shape_line *l)
{
	shape_grow(s, 64);
	l->bits = 7;
	return true;
}

static void test_bit_field(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_bits, check_refused });
}

static bool edit_past_end(struct shape *s, struct shape_line *l)
{
	l->offset += 0x10000;
	return true;
}

static void check_corrupt(struct trial *t, const struct era *era,
			  const struct field *f)
{
	expect_refused_field(t, -EINVAL, f);
	EXPECT_HAS(t->err.what, "corrupt");
}

static void test_past_end(const void *arg)
{
	change_each_field(arg, &(const struct change){ edit_past_end, check_corrupt });
}

static void rename_struct(struct shape *s, const char *name)
{
	size_t len = strlen(name);
	struct shape_line *l;

	for (l = s->lines; l < s->lines + s->nr; l++) {
		if (!*l->owner && !strcmp(l->name, name))
			strcpy(l->name, "no_such");
		if (!strncmp(l->type, name, len) && l->type[len] == '[')
			strcpy(l->type, "no_such[9]");
	}
}

/* Each structure in turn under another name. */
static void test_no_structure(const void *arg)
{
	const struct era *era = arg;
	struct trial t;
	int i;

	for (i = 0; i < nr_fields; i++) {
		const char *owner = fields[i].owner;

		start(&t, era);
		if (era->caps & SLW_CAP_SLAB_PAGE && fields[i].page_owner)
			owner = fields[i].page_owner;
		if (!slw_has(shape_field(&t.shape, &fields[i])))
			continue;
		rename_struct(&t.shape, owner);
		resolve(&t);
		/* without struct slab, it is struct page that is looked for */
		if (!strcmp(owner, "slab"))
			owner = "page";
		expect_refused(&t, -ENOENT, "struct ", owner);
	}
}

/* How to spoil one part of counters: what is added to its place. */
#define NO_BITS	-100
static const struct spoil {
	int bit, bits, offset;
} spoils[] = {
	{ .bit = 1 }, { .bits = -1 }, { .bits = 1 }, { .offset = 4 },
	{ .bits = NO_BITS },
};

static void spoil_part(const struct era *era, const char *part,
		       const struct spoil *spoil)
{
	const char *owner = era->caps & SLW_CAP_SLAB_PAGE ? "page" : "slab";
	struct shape_line *l;
	struct trial t;

	start(&t, era);
	l = shape_find(&t.shape, owner, part);
	shape_grow(&t.shape, 64);
	l->bit += (u32)spoil->bit;
	l->bits += (u32)spoil->bits;
	l->offset += (u32)spoil->offset;
	/* no longer a bit-field */
	if (spoil->bits == NO_BITS)
		l->bits = 0;
	resolve(&t);
	expect_refused(&t, -EINVAL, owner, part);
	EXPECT_HAS(t.err.what, "bits at bit");
}

static void test_counters(const void *arg)
{
	static const char *const parts[] = { "inuse", "objects", "frozen" };
	const struct era *era = arg;
	const char *owner = era->caps & SLW_CAP_SLAB_PAGE ? "page" : "slab";
	struct trial t;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		for (j = 0; j < ARRAY_SIZE(spoils); j++)
			spoil_part(era, parts[i], &spoils[j]);
		start(&t, era);
		shape_drop(&t.shape, shape_find(&t.shape, owner, parts[i]));
		resolve(&t);
		expect_refused(&t, -ENOENT, owner, parts[i]);
	}
}

static const struct unit_test era_tests[] = {
	{ "all members", test_whole, NULL },
	{ "each member missing", test_missing, NULL },
	{ "each member renamed", test_renamed, NULL },
	{ "each member moved", test_moved, NULL },
	{ "each member at an odd offset", test_unaligned, NULL },
	{ "each member of another size", test_other_size, NULL },
	{ "each member of another kind", test_other_kind, NULL },
	{ "each member a bit-field", test_bit_field, NULL },
	{ "each member past the end", test_past_end, NULL },
	{ "each structure missing", test_no_structure, NULL },
	{ "each part of counters elsewhere", test_counters, NULL },
};

#define ERA_6_1		(&eras[2])
#define ERA_6_18	(&eras[4])
#define ERA_7_3		(&eras[6])

#define OTHER_CPU(page, partial)					\
	"struct kmem_cache_cpu 64\n  freelist ptr 0\n  tid ulong 8\n"	\
	"  " page " ptr 16\n  partial ptr " partial "\n  lock nothing 32\n"

/* A second definition, in front and behind. */
struct second {
	const char *text;
	int ret;
	const char *says;
};

static const struct second seconds[] = {
	{ OTHER_CPU("slab", "24"), 0, "" },
	{ OTHER_CPU("unlike", "40"), 0, "" },
	{ OTHER_CPU("slab", "40"), -EINVAL, "kmem_cache_cpu has definitions that differ" },
	{ OTHER_CPU("unlike", "24") OTHER_CPU("slab", "40"), -EINVAL,
	  "kmem_cache_cpu has definitions that differ" },
	{ OTHER_CPU("slab", "40") OTHER_CPU("unlike", "24"), -EINVAL,
	  "kmem_cache_cpu has definitions that differ" },
	/* alike but for an optional member */
	{ "struct kmem_cache_cpu 32\n  freelist ptr 0\n  tid ulong 8\n  slab ptr 16\n",
	  -EINVAL, "kmem_cache_cpu has definitions that differ" },
	{ "struct kmem_cache_cpu 0\n", 0, "" },
	{ "union kmem_cache_node 8\n  list_lock ulong 0\n", 0, "" },
};

/* Resolve the 6.1 shape with @text inserted at line @at. */
static void try_second(const struct second *second, int at)
{
	struct shape whole;
	struct trial t;
	int i;

	shape_parse(&whole, ERA_6_1->text);
	t.shape = whole;
	t.shape.nr = at;
	shape_append(&t.shape, second->text);
	for (i = at; i < whole.nr; i++)
		t.shape.lines[t.shape.nr++] = whole.lines[i];
	resolve(&t);
	EXPECT_EQ(t.ret, second->ret);
	EXPECT_HAS(t.err.what, second->says);
	/* whatever it was, the true one counts */
	t.shape = whole;
	if (!t.ret)
		expect_good(&t);
}

static void test_second_definition(const void *arg)
{
	struct shape whole;
	size_t i;
	int front = 0;

	shape_parse(&whole, ERA_6_1->text);
	/* list_head and the like must come first */
	while (strcmp(whole.lines[front].name, "kmem_cache_node"))
		front++;
	for (i = 0; i < ARRAY_SIZE(seconds); i++) {
		try_second(&seconds[i], front);
		try_second(&seconds[i], whole.nr);
	}
}

/* If none will do, the complaint is about the first. */
static void test_no_definition_fits(const void *arg)
{
	struct trial t;

	start(&t, ERA_6_1);
	shape_drop(&t.shape, shape_find(&t.shape, "kmem_cache_cpu", "tid"));
	/* and with another code */
	shape_append(&t.shape, "struct kmem_cache_cpu 8\n  freelist ulong 0\n");
	resolve(&t);
	expect_refused(&t, -ENOENT, "kmem_cache_cpu", "tid");
}

static void test_many_definitions(const void *arg)
{
	struct trial t;
	int i;

	start(&t, ERA_6_1);
	for (i = 0; i < 63; i++)
		shape_append(&t.shape, "struct kmem_cache_cpu 8\n");
	resolve(&t);
	EXPECT_EQ(t.ret, 0);
	shape_append(&t.shape, "struct kmem_cache_cpu 8\n");
	resolve(&t);
	expect_refused(&t, -EINVAL, "kmem_cache_cpu", "too often");
}

static void test_other_allocators(const void *arg)
{
	static const char slab[] =
		"struct kmem_cache 64\n  cpu_cache ptr 0\n  size uint 8\n"
		"  flags uint 12\n  object_size uint 16\n  name ptr 24\n";
	struct trial t;

	shape_parse(&t.shape, slab);
	resolve(&t);
	expect_refused(&t, -ENOENT, "kmem_cache", "cpu_sheaves nor cpu_slab");
	EXPECT_HAS(t.err.what, "SLAB");
	EXPECT_HAS(t.err.what, "SLOB");
	EXPECT_HAS(t.err.what, "SLUB_TINY");
}

static void test_nothing(const void *arg)
{
	struct trial t = { .shape.nr = 0 };

	resolve(&t);
	expect_refused(&t, -ENOENT, "no struct", "kmem_cache");
}

/* kmem_cache.per_node[] of something that is not kmem_cache_per_node_ptrs. */
static void test_per_node_stride(const void *arg)
{
	struct shape_line *l;
	struct trial t;

	start(&t, ERA_7_3);
	l = shape_find(&t.shape, "kmem_cache", "per_node");
	strcpy(l->type, "kobject[100]");
	resolve(&t);
	expect_refused(&t, -EINVAL, "kmem_cache_per_node_ptrs", "per_node");
}

/* 6.18 without the one or the other half of it. */
static void test_half_of_6_18(const void *arg)
{
	struct trial t;

	start(&t, ERA_6_18);
	shape_drop(&t.shape, shape_find(&t.shape, "kmem_cache", "cpu_slab"));
	resolve(&t);
	expect_good(&t);
	EXPECT_HAS(slw_layout_era(&t.layout), "sheaves");
	EXPECT_EQ(t.layout.caps, SLW_CAP_SHEAVES | SLW_CAP_BARN | SLW_CAP_HARDENED);
	EXPECT_EQ(t.layout.cpu.partial, SLW_ABSENT);
	EXPECT_EQ(t.layout.slab.next, SLW_ABSENT);

	start(&t, ERA_6_18);
	shape_drop(&t.shape, shape_find(&t.shape, "kmem_cache", "cpu_sheaves"));
	resolve(&t);
	expect_good(&t);
	EXPECT_EQ(t.layout.caps, SLW_CAP_CPU_SLAB | SLW_CAP_CPU_PARTIAL | SLW_CAP_HARDENED);
	EXPECT_EQ(t.layout.node.barn, SLW_ABSENT);
	EXPECT_EQ(t.layout.pcs.lock_size, SLW_ABSENT);
}

static void test_cap_names(const void *arg)
{
	size_t i, j;

	for (i = 0; i < SLW_NR_CAPS; i++) {
		if (!EXPECT(slw_cap_names[i]))
			continue;
		for (j = 0; j < i; j++)
			EXPECT(strcmp(slw_cap_names[i], slw_cap_names[j]));
	}
	EXPECT(!strcmp(slw_cap_names[SLW_CAP_BIT_PER_NODE], "per_node"));
}

static const struct unit_test tests[] = {
	{ "second definition of a structure", test_second_definition, NULL },
	{ "no definition fits", test_no_definition_fits, NULL },
	{ "too many definitions", test_many_definitions, NULL },
	{ "allocators that are not SLUB", test_other_allocators, NULL },
	{ "no structures at all", test_nothing, NULL },
	{ "per_node of another stride", test_per_node_stride, NULL },
	{ "one half of cpu slab and sheaves", test_half_of_6_18, NULL },
	{ "capability names", test_cap_names, NULL },
};

void suite_layout(void)
{
	char name[128];
	size_t i;
	int era;

	for (era = 0; era < nr_eras; era++) {
		for (i = 0; i < ARRAY_SIZE(era_tests); i++) {
			struct unit_test t = era_tests[i];

			snprintf(name, sizeof(name), "%s: %s", eras[era].name, t.name);
			t.name = name;
			t.arg = &eras[era];
			unit_run("layout", &t, 1);
		}
	}
	unit_run("layout", tests, ARRAY_SIZE(tests));
}
