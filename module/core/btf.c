// SPDX-License-Identifier: GPL-2.0
/*
 * Reader of BTF, the kernel's description of its own types.
 *
 * Two things keep hostile input harmless.  slw_btf_index() only notes records
 * that lie in the type section completely, so a type id that has an index
 * entry can be read without further checks.  And every loop is bounded by
 * something that is not in the file: the length of the file itself,
 * MAX_CHAIN, MAX_DEPTH or MAX_VISITS.
 */
#include "btf.h"

#define MAGIC		0xeb9f
#define MAGIC_SWAPPED	0x9feb
#define VERSION		1

/* Offsets in the header; the layout section came in v7.1. */
#define HDR_VERSION	2
#define HDR_FLAGS	3
#define HDR_LEN		4
#define HDR_TYPES	8
#define HDR_STRS	16
#define HDR_SHAPES	24
#define HDR_MIN		24
#define HDR_WITH_SHAPES	32

#define TYPE_LEN	12	/* the part that all kinds have */
#define MEMBER_LEN	12
#define SHAPE_LEN	4

#define MAX_SIZE	0x7fffffff
#define MAX_CHAIN	32	/* typedefs, qualifiers, tags, array dimensions */
#define MAX_DEPTH	16	/* v7.2 keeps slab.inuse eight levels down */
#define MAX_VISITS	16384	/* members looked at for one answer */

/* What follows the common part of a record, and what the last word of it is. */
struct shape {
	const char *name;
	u8 fixed;		/* bytes, once */
	u8 each;		/* bytes, vlen times */
	enum { LAST_NONE, LAST_SIZE, LAST_MODIFIED } last;
};

static const struct shape shapes[SLW_BTF_NR_KINDS] __initconst = {
	[SLW_BTF_VOID]		= { "void",		0,  0, LAST_NONE },
	[SLW_BTF_INT]		= { "int",		4,  0, LAST_SIZE },
	[SLW_BTF_PTR]		= { "pointer",		0,  0, LAST_NONE },
	[SLW_BTF_ARRAY]		= { "array",		12, 0, LAST_NONE },
	[SLW_BTF_STRUCT]	= { "struct",		0, 12, LAST_SIZE },
	[SLW_BTF_UNION]		= { "union",		0, 12, LAST_SIZE },
	[SLW_BTF_ENUM]		= { "enum",		0,  8, LAST_SIZE },
	[SLW_BTF_FWD]		= { "forward",		0,  0, LAST_NONE },
	[SLW_BTF_TYPEDEF]	= { "typedef",		0,  0, LAST_MODIFIED },
	[SLW_BTF_VOLATILE]	= { "volatile",		0,  0, LAST_MODIFIED },
	[SLW_BTF_CONST]		= { "const",		0,  0, LAST_MODIFIED },
	[SLW_BTF_RESTRICT]	= { "restrict",		0,  0, LAST_MODIFIED },
	[SLW_BTF_FUNC]		= { "function",		0,  0, LAST_NONE },
	[SLW_BTF_FUNC_PROTO]	= { "prototype",	0,  8, LAST_NONE },
	[SLW_BTF_VAR]		= { "variable",		4,  0, LAST_NONE },
	[SLW_BTF_DATASEC]	= { "section",		0, 12, LAST_NONE },
	[SLW_BTF_FLOAT]		= { "float",		0,  0, LAST_SIZE },
	[SLW_BTF_DECL_TAG]	= { "declaration tag",	4,  0, LAST_NONE },
	[SLW_BTF_TYPE_TAG]	= { "type tag",		0,  0, LAST_MODIFIED },
	[SLW_BTF_ENUM64]	= { "enum64",		0, 12, LAST_SIZE },
};

/* A record of the type section, decoded. */
struct type {
	const u8 *extra;	/* what follows the common part */
	u32 name;
	u32 kind;
	u32 vlen;
	u32 last;		/* size, or id of another type */
	bool flag;		/* members have bit-field sizes */
};

struct member {
	const char *name;
	u32 type;
	u32 bit_offset;
	u32 bits;
};

/* One level of the descent into unnamed members. */
struct level {
	u32 type;
	u32 next;		/* member to look at next */
	u32 base;		/* bits from the start of the outermost type */
};

static u16 __init get_u16(const u8 *p)
{
	u16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static u32 __init get_u32(const u8 *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static int __init refuse(struct slw_btf_error *err, const char *why)
{
	snprintf(err->what, sizeof(err->what), "%s", why);
	return -EINVAL;
}

static int __init refuse_type(struct slw_btf_error *err, u32 id, const char *why,
			      u32 value)
{
	snprintf(err->what, sizeof(err->what), "type %u: %s %u", id, why, value);
	return -EINVAL;
}

/*
 * In v7.1, vlen grew into bits 16..23 of info and kind into bits 29..30; before
 * that, these bits were unused and zero.
 */
static void __init decode_type(const u8 *p, struct type *t)
{
	u32 info = get_u32(p + 4);

	t->name = get_u32(p);
	t->vlen = info & 0xffffff;
	t->kind = (info >> 24) & 0x7f;
	t->flag = info >> 31;
	t->last = get_u32(p + 8);
	t->extra = p + TYPE_LEN;
}

/* Length of a record, or 0 if its kind is unknown. */
static u64 __init type_len(const struct slw_btf *btf, const struct type *t)
{
	const u8 *s;

	if (t->kind == SLW_BTF_VOID)
		return 0;
	if (t->kind < SLW_BTF_NR_KINDS)
		return TYPE_LEN + shapes[t->kind].fixed +
		       (u64)t->vlen * shapes[t->kind].each;
	if (t->kind >= btf->nr_shapes)
		return 0;
	s = btf->shapes + t->kind * SHAPE_LEN;
	return TYPE_LEN + s[0] + (u64)t->vlen * s[1];
}

/*
 * Go over the type section once.  Without @index, count; with it, note the
 * offsets.  @left has the same meaning throughout: bytes not yet gone over.
 */
static int __init walk_types(const struct slw_btf *btf, u32 *index, u32 *nr,
			     struct slw_btf_error *err)
{
	u32 left, id = 1;
	struct type t;
	u64 len;

	for (left = btf->types_len; left; left -= (u32)len, id++) {
		const u8 *p = btf->types + (btf->types_len - left);

		if (left < TYPE_LEN)
			return refuse_type(err, id, "cut short, bytes left:", left);
		decode_type(p, &t);
		len = type_len(btf, &t);
		if (!len)
			return refuse_type(err, id, "unknown kind", t.kind);
		if (len > left)
			return refuse_type(err, id, "cut short, bytes left:", left);
		if (t.name >= btf->strs_len)
			return refuse_type(err, id, "bad name offset", t.name);
		if (index && id < *nr)
			index[id] = btf->types_len - left;
	}
	*nr = id;
	return 0;
}

/* A section of the file: two words of the header, offset and length. */
static const u8 * __init find_section(const u8 *data, size_t len, u32 at, u32 *sec_len)
{
	u64 start = (u64)get_u32(data + HDR_LEN) + get_u32(data + at);

	*sec_len = get_u32(data + at + 4);
	if (start + *sec_len > len)
		return NULL;
	return data + start;
}

static int __init check_header(const u8 *data, size_t len, struct slw_btf_error *err)
{
	if (len < HDR_MIN || len > MAX_SIZE)
		return refuse(err, "not BTF: too short or too long");
	if (get_u16(data) == MAGIC_SWAPPED)
		return refuse(err, "BTF of the other byte order");
	if (get_u16(data) != MAGIC)
		return refuse(err, "not BTF: no magic number");
	if (data[HDR_VERSION] != VERSION || data[HDR_FLAGS])
		return refuse(err, "BTF of an unknown version or with unknown flags");
	if (get_u32(data + HDR_LEN) < HDR_MIN || get_u32(data + HDR_LEN) > len)
		return refuse(err, "BTF header of an impossible length");
	return 0;
}

/* The string section begins and ends with a 0: no name can run out of it. */
static int __init open_strings(struct slw_btf *btf, const u8 *data, size_t len)
{
	const u8 *strs = find_section(data, len, HDR_STRS, &btf->strs_len);

	if (!strs || !btf->strs_len)
		return -EINVAL;
	if (strs[0] || strs[btf->strs_len - 1])
		return -EINVAL;
	btf->strs = (const char *)strs;
	return 0;
}

static int __init open_shapes(struct slw_btf *btf, const u8 *data, size_t len)
{
	u32 shapes_len;

	if (get_u32(data + HDR_LEN) < HDR_WITH_SHAPES)
		return 0;
	btf->shapes = find_section(data, len, HDR_SHAPES, &shapes_len);
	btf->nr_shapes = shapes_len / SHAPE_LEN;
	return btf->shapes ? 0 : -EINVAL;
}

int __init slw_btf_open(struct slw_btf *btf, const void *data, size_t len,
			struct slw_btf_error *err)
{
	int ret = check_header(data, len, err);

	if (ret)
		return ret;
	memset(btf, 0, sizeof(*btf));
	btf->types = find_section(data, len, HDR_TYPES, &btf->types_len);
	if (!btf->types)
		return refuse(err, "BTF type section outside of the file");
	if (open_strings(btf, data, len))
		return refuse(err, "BTF string section outside of the file or without end");
	if (open_shapes(btf, data, len))
		return refuse(err, "BTF layout section outside of the file");
	return walk_types(btf, NULL, &btf->nr_types, err);
}

int __init slw_btf_index(struct slw_btf *btf, u32 *index, u32 nr,
			 struct slw_btf_error *err)
{
	u32 counted = btf->nr_types;
	int ret;

	if (nr < btf->nr_types)
		return refuse(err, "BTF index too small");
	index[0] = 0;
	ret = walk_types(btf, index, &counted, err);
	if (ret)
		return ret;
	if (counted != btf->nr_types)
		return refuse(err, "BTF changed while it was read");
	btf->index = index;
	return 0;
}

/* Void has no record: id 0 is as bad as one that is too large. */
static bool __init read_type(const struct slw_btf *btf, u32 id, struct type *t)
{
	if (!id || id >= btf->nr_types)
		return false;
	decode_type(btf->types + btf->index[id], t);
	return true;
}

static bool __init is_struct(const struct type *t)
{
	return t->kind == SLW_BTF_STRUCT || t->kind == SLW_BTF_UNION;
}

u32 __init slw_btf_next_struct(const struct slw_btf *btf, const char *name, u32 after)
{
	struct type t;
	u32 id;

	for (id = after + 1; read_type(btf, id, &t); id++)
		if (is_struct(&t) && !strcmp(btf->strs + t.name, name))
			return id;
	return 0;
}

/* Follow @id by one step; false if it is not a modifier but the thing itself. */
static bool __init skip_modifier(const struct slw_btf *btf, u32 *id)
{
	struct type t;

	if (!read_type(btf, *id, &t) || t.kind >= SLW_BTF_NR_KINDS ||
	    shapes[t.kind].last != LAST_MODIFIED)
		return false;
	*id = t.last;
	return true;
}

int __init slw_btf_resolve(const struct slw_btf *btf, u32 type, u32 *res)
{
	int steps = 0;

	while (skip_modifier(btf, &type))
		if (++steps > MAX_CHAIN)
			return -ELOOP;
	*res = type;
	return type < btf->nr_types ? 0 : -EINVAL;
}

int __init slw_btf_kind(const struct slw_btf *btf, u32 type)
{
	struct type t;

	if (!type)
		return SLW_BTF_VOID;
	return read_type(btf, type, &t) ? (int)t.kind : -EINVAL;
}

const char * __init slw_btf_kind_name(int kind)
{
	if (kind < 0 || kind >= SLW_BTF_NR_KINDS)
		return "unknown kind";
	return shapes[kind].name;
}

int __init slw_btf_array(const struct slw_btf *btf, u32 type, u32 *elem, u32 *count)
{
	struct type t;
	int ret = slw_btf_resolve(btf, type, &type);

	if (ret)
		return ret;
	if (!read_type(btf, type, &t) || t.kind != SLW_BTF_ARRAY)
		return -EINVAL;
	*count = get_u32(t.extra + 8);
	return slw_btf_resolve(btf, get_u32(t.extra), elem);
}

/* Size of a type that is neither modifier nor array. */
static int __init plain_size(const struct slw_btf *btf, u32 type, u32 *size)
{
	struct type t;

	if (!read_type(btf, type, &t) || t.kind >= SLW_BTF_NR_KINDS)
		return -EINVAL;
	if (t.kind == SLW_BTF_PTR)
		*size = sizeof(void *);
	else if (shapes[t.kind].last == LAST_SIZE)
		*size = t.last;
	else
		return -EINVAL;
	return 0;
}

int __init slw_btf_size(const struct slw_btf *btf, u32 type, u32 *size)
{
	u32 count, one = 0, dims = 0;
	u64 total = 1;
	int ret;

	ret = slw_btf_resolve(btf, type, &type);
	while (!ret && slw_btf_kind(btf, type) == SLW_BTF_ARRAY) {
		if (++dims > MAX_CHAIN)
			return -ELOOP;
		ret = slw_btf_array(btf, type, &type, &count);
		total *= count;
		if (total > MAX_SIZE)
			return -EINVAL;
	}
	if (!ret)
		ret = plain_size(btf, type, &one);
	if (ret)
		return ret;
	total *= one;
	if (total > MAX_SIZE)
		return -EINVAL;
	*size = (u32)total;
	return 0;
}

/*
 * With the kind flag, a member's last word holds 8 bits of bit-field size
 * (0: not a bit-field) above 24 bits of offset.
 */
static bool __init read_member(const struct slw_btf *btf, const struct type *t, u32 nr,
			       struct member *m)
{
	const u8 *p = t->extra + (size_t)nr * MEMBER_LEN;
	u32 name = get_u32(p);
	u32 where = get_u32(p + 8);

	if (name >= btf->strs_len)
		return false;
	m->name = btf->strs + name;
	m->type = get_u32(p + 4);
	m->bits = t->flag ? where >> 24 : 0;
	m->bit_offset = t->flag ? where & 0xffffff : where;
	return true;
}

/* Turn a member found @base bits into @root into an answer. */
static int __init fill_member(const struct slw_btf *btf, u32 root, u32 base,
			      const struct member *found, struct slw_btf_member *m)
{
	u64 start = (u64)base + found->bit_offset;
	u32 root_size;
	u64 end;
	int ret;

	ret = slw_btf_resolve(btf, found->type, &m->type);
	if (!ret)
		ret = slw_btf_size(btf, m->type, &m->size);
	if (!ret)
		ret = slw_btf_size(btf, root, &root_size);
	if (ret)
		return ret;
	end = start + (found->bits ? found->bits : (u64)m->size * 8);
	if (end > (u64)root_size * 8 || start > MAX_SIZE)
		return -EINVAL;
	if (!found->bits && start % 8)
		return -EINVAL;
	m->bit_offset = (u32)start;
	m->offset = m->bit_offset / 8;
	m->bits = found->bits;
	return 0;
}

/*
 * Prepare to descend into an unnamed member.  Its type may have a name (struct
 * freelist_counters in struct slab, since v7.0), so only the kind decides.
 * Return 1 to descend, 0 if there is nothing in it, or an error.
 */
static int __init enter_member(const struct slw_btf *btf, const struct member *m,
			       const struct level *from, struct level *to)
{
	u64 base = (u64)from->base + m->bit_offset;
	int kind, ret;

	ret = slw_btf_resolve(btf, m->type, &to->type);
	if (ret)
		return ret;
	kind = slw_btf_kind(btf, to->type);
	if (kind != SLW_BTF_STRUCT && kind != SLW_BTF_UNION)
		return 0;
	if (base > MAX_SIZE)
		return -EINVAL;
	to->base = (u32)base;
	to->next = 0;
	return 1;
}

/* The next member of @l; 1 if there is one, 0 at the end, or an error. */
static int __init next_member(const struct slw_btf *btf, struct level *l,
			      struct member *m)
{
	struct type t;

	if (!read_type(btf, l->type, &t) || !is_struct(&t))
		return -EINVAL;
	if (l->next >= t.vlen)
		return 0;
	return read_member(btf, &t, l->next++, m) ? 1 : -EINVAL;
}

int __init slw_btf_member(const struct slw_btf *btf, u32 type, const char *name,
			  struct slw_btf_member *m)
{
	struct level levels[MAX_DEPTH] = { { .type = type } };
	int depth = 0, visits, ret;
	struct member found;

	for (visits = 0; visits < MAX_VISITS; visits++) {
		ret = next_member(btf, &levels[depth], &found);
		if (ret < 0)
			return ret;
		if (!ret && !depth--)
			return -ENOENT;
		if (!ret)
			continue;
		if (*found.name && !strcmp(found.name, name))
			return fill_member(btf, type, levels[depth].base, &found, m);
		if (*found.name)
			continue;
		if (depth + 1 == MAX_DEPTH)
			return -ELOOP;
		ret = enter_member(btf, &found, &levels[depth], &levels[depth + 1]);
		if (ret < 0)
			return ret;
		depth += ret;
	}
	return -ELOOP;
}
