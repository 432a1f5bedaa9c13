// SPDX-License-Identifier: GPL-2.0
/*
 * BTF -> struct slw_layout, driven by two tables: the structures, and the
 * members wanted of each.  What a member is needed for decides when it may be
 * missing; the version of the kernel decides nothing.
 *
 * A kernel is refused rather than misread.  Every member must have the kind
 * and size that the walkers load, be aligned to it, and lie at the same place
 * in every definition of its structure that could be meant.
 */
#include "layout.h"
#include "btf.h"

#define MAX_DEFINITIONS	64	/* of one structure */

#define AT(field)	offsetof(struct slw_layout, field)

const char *const slw_cap_names[SLW_NR_CAPS] = {
#define SLW_CAP_NAME(id, name) \
	[SLW_CAP_BIT_##id] = name,
	SLW_CAPS(SLW_CAP_NAME)
#undef SLW_CAP_NAME
};

/* What the walkers take a member for. */
enum want {
	ANYTHING,
	UINT,			/* read as a u32; int and unsigned int alike */
	ULONG,
	POINTER,
	LIST,			/* struct list_head */
	ORDER,			/* struct kmem_cache_order_objects */
	POINTERS,		/* array of them */
	STRUCTS,		/* array of them */
	NR_WANTS
};

static const struct {
	int kind;
	int elem_kind;		/* of an array */
	u32 size;		/* 0: any */
	u32 align;
} wants[NR_WANTS] __initconst = {
	[UINT]		= { SLW_BTF_INT,    0, sizeof(u32), sizeof(u32) },
	[ULONG]		= { SLW_BTF_INT,    0, sizeof(long), sizeof(long) },
	[POINTER]	= { SLW_BTF_PTR,    0, sizeof(void *), sizeof(void *) },
	[LIST]		= { SLW_BTF_STRUCT, 0, 2 * sizeof(void *), sizeof(void *) },
	[ORDER]		= { SLW_BTF_STRUCT, 0, sizeof(u32), sizeof(u32) },
	[POINTERS]	= { SLW_BTF_ARRAY,  SLW_BTF_PTR, 0, sizeof(void *) },
	[STRUCTS]	= { SLW_BTF_ARRAY,  SLW_BTF_STRUCT, 0, sizeof(void *) },
};

/*
 * struct row - one member
 * @member:	its name
 * @in_page:	its name where slabs are struct page, if another
 * @to:		field of struct slw_layout for the offset
 * @size_to:	field for the size, of an array for that of one element
 * @want:	kind and size expected
 * @with:	field; without it this member has no meaning and is left absent
 * @unless:	field; with it this member may be missing
 * @optional:	may always be missing
 * @hint:	said when missing, to explain it
 *
 * @with and @unless name fields of rows further up.  In them and in @size_to,
 * 0 means none: it would be cache.flags, which is neither optional nor a size.
 */
struct row {
	const char *member;
	const char *in_page;
	const char *hint;
	u16 to;
	u16 size_to;
	u16 with;
	u16 unless;
	enum want want;
	bool optional;
};

static const struct row cache_rows[] __initconst = {
	{ "cpu_slab",		.to = AT(cache.cpu_slab), .want = POINTER,
	  .optional = true },
	{ "cpu_sheaves",	.to = AT(cache.cpu_sheaves), .want = POINTER,
	  .unless = AT(cache.cpu_slab),
	  .hint = " nor cpu_slab (SLAB, SLOB or SLUB_TINY? not supported)" },
	{ "sheaf_capacity",	.to = AT(cache.sheaf_capacity), .want = UINT,
	  .with = AT(cache.cpu_sheaves) },
	{ "flags",		.to = AT(cache.flags), .want = UINT },
	{ "size",		.to = AT(cache.size), .want = UINT },
	{ "object_size",	.to = AT(cache.object_size), .want = UINT },
	{ "offset",		.to = AT(cache.offset), .want = UINT },
	{ "oo",			.to = AT(cache.oo), .want = ORDER },
	{ "min",		.to = AT(cache.min), .want = ORDER },
	{ "red_left_pad",	.to = AT(cache.red_left_pad), .want = UINT },
	{ "name",		.to = AT(cache.name), .want = POINTER },
	{ "inuse",		.to = AT(cache.inuse), .want = UINT,
	  .optional = true },
	{ "ctor",		.to = AT(cache.ctor), .want = POINTER,
	  .optional = true },
	{ "kobj",		.to = AT(cache.kobj),
	  .size_to = AT(cache.kobj_size) },
	{ "random",		.to = AT(cache.random), .want = ULONG,
	  .optional = true },
	{ "per_node",		.to = AT(cache.per_node), .want = STRUCTS,
	  .size_to = AT(cache.per_node_stride), .optional = true },
	{ "node",		.to = AT(cache.node), .want = POINTERS,
	  .unless = AT(cache.per_node), .hint = " nor per_node" },
};

static const struct row per_node_rows[] __initconst = {
	{ "node",		.to = AT(cache.per_node_node), .want = POINTER },
	{ "barn",		.to = AT(cache.per_node_barn), .want = POINTER },
};

static const struct row cpu_rows[] __initconst = {
	{ "freelist",		.to = AT(cpu.freelist), .want = POINTER },
	{ "tid",		.to = AT(cpu.tid), .want = ULONG },
	{ "slab", "page",	.to = AT(cpu.slab), .want = POINTER },
	{ "partial",		.to = AT(cpu.partial), .want = POINTER,
	  .optional = true },
	{ "lock",		.to = AT(cpu.lock),
	  .size_to = AT(cpu.lock_size), .optional = true },
};

static const struct row node_rows[] __initconst = {
	{ "list_lock",		.to = AT(node.list_lock),
	  .size_to = AT(node.list_lock_size) },
	{ "nr_partial",		.to = AT(node.nr_partial), .want = ULONG },
	{ "partial",		.to = AT(node.partial), .want = LIST },
	{ "full",		.to = AT(node.full), .want = LIST,
	  .optional = true },
	{ "barn",		.to = AT(node.barn), .want = POINTER,
	  .with = AT(cache.cpu_sheaves), .unless = AT(cache.per_node_barn) },
};

static const struct row slab_rows[] __initconst = {
	{ "slab_cache",		.to = AT(slab.slab_cache), .want = POINTER },
	{ "freelist",		.to = AT(slab.freelist), .want = POINTER },
	{ "counters",		.to = AT(slab.counters), .want = ULONG },
	{ "slab_list",		.to = AT(slab.slab_list), .want = LIST },
	{ "next",		.to = AT(slab.next), .want = POINTER,
	  .with = AT(cpu.partial) },
	{ "slabs", "pages",	.to = AT(slab.slabs), .want = UINT,
	  .with = AT(cpu.partial) },
};

static const struct row pcs_rows[] __initconst = {
	{ "lock",		.to = AT(pcs.lock), .size_to = AT(pcs.lock_size) },
	{ "main",		.to = AT(pcs.main), .want = POINTER },
	{ "spare",		.to = AT(pcs.spare), .want = POINTER },
	{ "rcu_free",		.to = AT(pcs.rcu_free), .want = POINTER },
};

static const struct row sheaf_rows[] __initconst = {
	{ "cache",		.to = AT(sheaf.cache), .want = POINTER },
	{ "size",		.to = AT(sheaf.size), .want = UINT },
	{ "objects",		.to = AT(sheaf.objects), .want = POINTERS },
	{ "barn_list",		.to = AT(sheaf.barn_list), .want = LIST },
};

static const struct row barn_rows[] __initconst = {
	{ "lock",		.to = AT(barn.lock) },
	{ "sheaves_full",	.to = AT(barn.sheaves_full), .want = LIST },
	{ "sheaves_empty",	.to = AT(barn.sheaves_empty), .want = LIST },
	{ "nr_full",		.to = AT(barn.nr_full), .want = UINT },
	{ "nr_empty",		.to = AT(barn.nr_empty), .want = UINT },
};

struct resolver {
	const struct slw_btf *btf;
	struct slw_layout_error *err;
	bool is_page;
};

/* One definition of a structure, on trial. */
struct trial {
	const char *name;	/* of the structure */
	u32 type;
	struct slw_layout l;	/* everything found so far */
};

static __init __printf(3, 4)
int overrule(const struct resolver *r, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->err->what, sizeof(r->err->what), fmt, args);
	va_end(args);
	return code;
}

/*
 * Only the first complaint is kept: with several definitions of a structure,
 * the first one is most likely the one that people look at.
 */
static __init __printf(3, 4)
int fail(const struct resolver *r, int code, const char *fmt, ...)
{
	va_list args;

	if (r->err->what[0])
		return code;
	va_start(args, fmt);
	vsnprintf(r->err->what, sizeof(r->err->what), fmt, args);
	va_end(args);
	return code;
}

static int * __init field_of(struct slw_layout *l, u16 at)
{
	return (int *)((char *)l + at);
}

static bool __init has_field(const struct slw_layout *l, u16 at)
{
	return slw_has(*(const int *)((const char *)l + at));
}

static const char * __init pick_name(const struct resolver *r, const char *name,
				     const char *in_page)
{
	return r->is_page && in_page ? in_page : name;
}

/* The walkers index per_node[] by the size of what BTF calls its element. */
static int __init check_per_node(const struct resolver *r, const struct trial *t)
{
	u32 size;

	if (slw_btf_size(r->btf, t->type, &size) ||
	    size != (u32)t->l.cache.per_node_stride)
		return fail(r, -EINVAL, "struct %s: not the element of kmem_cache.per_node",
			    t->name);
	return 0;
}

/* this_cpu_cmpxchg() of both at once needs them side by side, in every SLUB. */
static int __init check_cpu(const struct resolver *r, const struct trial *t)
{
	if (t->l.cpu.tid - t->l.cpu.freelist != (int)sizeof(void *))
		return fail(r, -EINVAL,
			    "struct %s.tid: found at %d, expected it behind freelist at %d",
			    t->name, t->l.cpu.tid, t->l.cpu.freelist);
	return 0;
}

/*
 * The walkers load counters as one word, since two bit-fields would be two
 * loads, and take it apart by hand.  BTF counts bits as DWARF does, from the
 * first in memory order: these are the numbers on either byte order.
 */
static const struct counter_part {
	const char *name;
	int bit;
	u32 bits;
} counter_parts[] __initconst = {
	{ "inuse",	0,	16 },
	{ "objects",	16,	15 },
	{ "frozen",	31,	1 },
};

static int __init check_counter_part(const struct resolver *r, const struct trial *t,
				     const struct counter_part *part)
{
	struct slw_btf_member m;
	int bit;

	if (slw_btf_member(r->btf, t->type, part->name, &m))
		return fail(r, -ENOENT, "struct %s has no member %s", t->name, part->name);
	bit = (int)m.bit_offset - 8 * t->l.slab.counters;
	if (bit == part->bit && m.bits == part->bits)
		return 0;
	return fail(r, -EINVAL,
		    "struct %s.%s: found %u bits at bit %d of counters, expected %u at %d",
		    t->name, part->name, m.bits, bit, part->bits, part->bit);
}

static int __init check_slab(const struct resolver *r, const struct trial *t)
{
	size_t i;
	int ret;

	if (t->l.slab.counters - t->l.slab.freelist != (int)sizeof(void *))
		return fail(r, -EINVAL,
			    "struct %s.counters: found at %d, expected it behind freelist at %d",
			    t->name, t->l.slab.counters, t->l.slab.freelist);
	for (i = 0; i < ARRAY_SIZE(counter_parts); i++) {
		ret = check_counter_part(r, t, &counter_parts[i]);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * struct owner - one structure
 * @in_page:	its name where slabs are struct page, if another
 * @with:	field; without it this structure is not looked for
 * @check:	what a row cannot say
 */
struct owner {
	const char *name;
	const char *in_page;
	const struct row *rows;
	size_t nr_rows;
	int (*check)(const struct resolver *r, const struct trial *t);
	u16 with;
};

#define ROWS(owner)	.rows = owner##_rows, .nr_rows = ARRAY_SIZE(owner##_rows)

static const struct owner owners[] __initconst = {
	{ "kmem_cache", ROWS(cache) },
	{ "kmem_cache_per_node_ptrs", ROWS(per_node),
	  .with = AT(cache.per_node), .check = check_per_node },
	{ "kmem_cache_cpu", ROWS(cpu),
	  .with = AT(cache.cpu_slab), .check = check_cpu },
	{ "kmem_cache_node", ROWS(node) },
	{ "slab", "page", ROWS(slab), .check = check_slab },
	{ "slub_percpu_sheaves", ROWS(pcs), .with = AT(cache.cpu_sheaves) },
	{ "slab_sheaf", ROWS(sheaf), .with = AT(cache.cpu_sheaves) },
	{ "node_barn", ROWS(barn), .with = AT(cache.cpu_sheaves) },
};

/* Capabilities that are the presence of a member. */
static const struct {
	u16 field;
	u32 cap;
} cap_fields[] __initconst = {
	{ AT(cache.cpu_slab),		SLW_CAP_CPU_SLAB },
	{ AT(cpu.partial),		SLW_CAP_CPU_PARTIAL },
	{ AT(cache.cpu_sheaves),	SLW_CAP_SHEAVES },
	{ AT(barn.sheaves_full),	SLW_CAP_BARN },
	{ AT(cache.per_node),		SLW_CAP_PER_NODE },
	{ AT(cache.random),		SLW_CAP_HARDENED },
};

static int __init missing_member(const struct resolver *r, const struct row *row,
				 const struct trial *t)
{
	if (row->optional || (row->unless && has_field(&t->l, row->unless)))
		return 0;
	return fail(r, -ENOENT, "struct %s has no member %s%s", t->name,
		    pick_name(r, row->member, row->in_page),
		    row->hint ? row->hint : "");
}

/* Is the member what the row wants?  @unit: its size, of an array its element's. */
static int __init check_kind(const struct resolver *r, const struct row *row,
			     const struct slw_btf_member *m, u32 *unit)
{
	int kind = slw_btf_kind(r->btf, m->type);
	u32 elem, count;

	*unit = m->size;
	if (m->bits)
		return -EINVAL;
	if (row->want == ANYTHING)
		return 0;
	if (kind != wants[row->want].kind)
		return -EINVAL;
	if (wants[row->want].size && m->size != wants[row->want].size)
		return -EINVAL;
	if (!wants[row->want].elem_kind)
		return 0;
	if (slw_btf_array(r->btf, m->type, &elem, &count) ||
	    slw_btf_kind(r->btf, elem) != wants[row->want].elem_kind)
		return -EINVAL;
	return slw_btf_size(r->btf, elem, unit);
}

static int __init fail_kind(const struct resolver *r, const struct row *row,
			    const struct slw_btf_member *m, const struct trial *t)
{
	const char *name = pick_name(r, row->member, row->in_page);
	int kind = slw_btf_kind(r->btf, m->type);

	if (m->bits)
		return fail(r, -EINVAL, "struct %s.%s: found a bit-field, expected none",
			    t->name, name);
	if (wants[row->want].elem_kind)
		return fail(r, -EINVAL, "struct %s.%s: found %s of %u bytes, expected array of %s",
			    t->name, name, slw_btf_kind_name(kind), m->size,
			    slw_btf_kind_name(wants[row->want].elem_kind));
	return fail(r, -EINVAL, "struct %s.%s: found %s of %u bytes, expected %s of %u",
		    t->name, name, slw_btf_kind_name(kind), m->size,
		    slw_btf_kind_name(wants[row->want].kind), wants[row->want].size);
}

static int __init fill_row(const struct resolver *r, const struct row *row,
			   struct trial *t)
{
	const char *name = pick_name(r, row->member, row->in_page);
	struct slw_btf_member m;
	u32 unit;
	int ret;

	if (row->with && !has_field(&t->l, row->with))
		return 0;
	ret = slw_btf_member(r->btf, t->type, name, &m);
	if (ret == -ENOENT)
		return missing_member(r, row, t);
	if (ret)
		return fail(r, -EINVAL, "struct %s.%s: BTF is corrupt (%d)",
			    t->name, name, ret);
	if (check_kind(r, row, &m, &unit))
		return fail_kind(r, row, &m, t);
	if (wants[row->want].align && m.offset % wants[row->want].align)
		return fail(r, -EINVAL, "struct %s.%s: found at %u, expected a multiple of %u",
			    t->name, name, m.offset, wants[row->want].align);
	*field_of(&t->l, row->to) = (int)m.offset;
	if (row->size_to)
		*field_of(&t->l, row->size_to) = (int)unit;
	return 0;
}

static int __init try_definition(const struct resolver *r, const struct owner *o,
				 struct trial *t)
{
	size_t i;
	int ret;

	for (i = 0; i < o->nr_rows; i++) {
		ret = fill_row(r, &o->rows[i], t);
		if (ret)
			return ret;
	}
	return o->check ? o->check(r, t) : 0;
}

/*
 * BTF may define a structure more than once: pahole keeps copies that it
 * could not merge, and a driver may use the same name for something else.
 * Definitions without a needed member are passed over; those that have all
 * must agree, since nothing says which of them SLUB was built with.
 */
static int __init resolve_owner(const struct resolver *r, const struct owner *o,
				struct slw_layout *l)
{
	struct trial t = { .name = pick_name(r, o->name, o->in_page) };
	const struct slw_layout before = *l;
	int tried = 0, fitting = 0, first = 0;

	while ((t.type = slw_btf_next_struct(r->btf, t.name, t.type))) {
		int ret;

		if (tried++ == MAX_DEFINITIONS)
			return overrule(r, -EINVAL, "struct %s is defined too often", t.name);
		t.l = before;
		ret = try_definition(r, o, &t);
		if (ret) {
			first = first ? first : ret;
			continue;
		}
		if (fitting++ && memcmp(l, &t.l, sizeof(*l)))
			return overrule(r, -EINVAL, "struct %s has definitions that differ",
					t.name);
		*l = t.l;
	}
	if (!tried)
		return fail(r, -ENOENT, "no struct %s", t.name);
	if (!fitting)
		return first;
	r->err->what[0] = 0;
	return 0;
}

static u32 __init find_caps(const struct slw_layout *l)
{
	u32 caps = l->slab.is_page ? SLW_CAP_SLAB_PAGE : 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cap_fields); i++)
		if (has_field(l, cap_fields[i].field))
			caps |= cap_fields[i].cap;
	return caps;
}

int __init slw_layout_resolve(const struct slw_btf *btf, struct slw_layout *l,
			      struct slw_layout_error *err)
{
	struct resolver r = { .btf = btf, .err = err };
	size_t i;
	int ret;

	err->what[0] = 0;
	memset(l, 0xff, sizeof(*l));	/* SLW_ABSENT, everywhere */

	/*
	 * Since Linux kernel commit d122019bf061 ("mm: Split slab into its own
	 * type") (in v5.17), slabs are described by struct slab; before that,
	 * by members of struct page.
	 */
	r.is_page = !slw_btf_next_struct(btf, "slab", 0);
	l->slab.is_page = r.is_page;
	for (i = 0; i < ARRAY_SIZE(owners); i++) {
		if (owners[i].with && !has_field(l, owners[i].with))
			continue;
		ret = resolve_owner(&r, &owners[i], l);
		if (ret)
			return ret;
	}
	l->caps = find_caps(l);
	return 0;
}

const char *slw_layout_era(const struct slw_layout *l)
{
	if (l->caps & SLW_CAP_SLAB_PAGE)
		return "page";
	if (!(l->caps & SLW_CAP_SHEAVES))
		return "slab";
	return l->caps & SLW_CAP_CPU_SLAB ? "slab+sheaves" : "sheaves";
}
