// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <stdlib.h>

#include "shapes.h"

#define FIELD(f)	.at = offsetof(struct slw_layout, f)

const struct field fields[] = {
	{ FIELD(cache.cpu_slab), "kmem_cache", "cpu_slab" },
	{ FIELD(cache.cpu_sheaves), "kmem_cache", "cpu_sheaves" },
	{ FIELD(cache.sheaf_capacity), "kmem_cache", "sheaf_capacity",
	  .gate = GATE_SHEAVES },
	{ FIELD(cache.flags), "kmem_cache", "flags" },
	{ FIELD(cache.size), "kmem_cache", "size" },
	{ FIELD(cache.object_size), "kmem_cache", "object_size" },
	{ FIELD(cache.offset), "kmem_cache", "offset" },
	{ FIELD(cache.oo), "kmem_cache", "oo" },
	{ FIELD(cache.min), "kmem_cache", "min" },
	{ FIELD(cache.red_left_pad), "kmem_cache", "red_left_pad" },
	{ FIELD(cache.name), "kmem_cache", "name" },
	{ FIELD(cache.inuse), "kmem_cache", "inuse", .optional = true },
	{ FIELD(cache.ctor), "kmem_cache", "ctor", .optional = true },
	{ FIELD(cache.kobj), "kmem_cache", "kobj" },
	{ FIELD(cache.random), "kmem_cache", "random", .optional = true },
	{ FIELD(cache.per_node), "kmem_cache", "per_node" },
	{ FIELD(cache.node), "kmem_cache", "node" },
	{ FIELD(cache.per_node_node), "kmem_cache_per_node_ptrs", "node" },
	{ FIELD(cache.per_node_barn), "kmem_cache_per_node_ptrs", "barn" },
	{ FIELD(cpu.freelist), "kmem_cache_cpu", "freelist", .gate = GATE_CPU_SLAB },
	{ FIELD(cpu.tid), "kmem_cache_cpu", "tid", .gate = GATE_CPU_SLAB },
	{ FIELD(cpu.slab), "kmem_cache_cpu", "slab", "kmem_cache_cpu", "page",
	  .gate = GATE_CPU_SLAB },
	{ FIELD(cpu.partial), "kmem_cache_cpu", "partial", .optional = true,
	  .gate = GATE_CPU_SLAB },
	{ FIELD(cpu.lock), "kmem_cache_cpu", "lock", .optional = true,
	  .gate = GATE_CPU_SLAB },
	{ FIELD(node.list_lock), "kmem_cache_node", "list_lock" },
	{ FIELD(node.nr_partial), "kmem_cache_node", "nr_partial" },
	{ FIELD(node.partial), "kmem_cache_node", "partial" },
	{ FIELD(node.full), "kmem_cache_node", "full", .optional = true },
	{ FIELD(node.barn), "kmem_cache_node", "barn", .gate = GATE_SHEAVES },
	{ FIELD(slab.slab_cache), "slab", "slab_cache", "page", "slab_cache" },
	{ FIELD(slab.freelist), "slab", "freelist", "page", "freelist" },
	{ FIELD(slab.counters), "slab", "counters", "page", "counters" },
	{ FIELD(slab.slab_list), "slab", "slab_list", "page", "slab_list" },
	{ FIELD(slab.next), "slab", "next", "page", "next", .gate = GATE_CPU_PARTIAL },
	{ FIELD(slab.slabs), "slab", "slabs", "page", "pages", .gate = GATE_CPU_PARTIAL },
	{ FIELD(pcs.lock), "slub_percpu_sheaves", "lock", .gate = GATE_SHEAVES },
	{ FIELD(pcs.main), "slub_percpu_sheaves", "main", .gate = GATE_SHEAVES },
	{ FIELD(pcs.spare), "slub_percpu_sheaves", "spare", .gate = GATE_SHEAVES },
	{ FIELD(pcs.rcu_free), "slub_percpu_sheaves", "rcu_free", .gate = GATE_SHEAVES },
	{ FIELD(sheaf.cache), "slab_sheaf", "cache", .gate = GATE_SHEAVES },
	{ FIELD(sheaf.size), "slab_sheaf", "size", .gate = GATE_SHEAVES },
	{ FIELD(sheaf.objects), "slab_sheaf", "objects", .gate = GATE_SHEAVES },
	{ FIELD(sheaf.barn_list), "slab_sheaf", "barn_list", .gate = GATE_SHEAVES },
	{ FIELD(barn.lock), "node_barn", "lock", .gate = GATE_SHEAVES },
	{ FIELD(barn.sheaves_full), "node_barn", "sheaves_full", .gate = GATE_SHEAVES },
	{ FIELD(barn.sheaves_empty), "node_barn", "sheaves_empty", .gate = GATE_SHEAVES },
	{ FIELD(barn.nr_full), "node_barn", "nr_full", .gate = GATE_SHEAVES },
	{ FIELD(barn.nr_empty), "node_barn", "nr_empty", .gate = GATE_SHEAVES },
};

const int nr_fields = ARRAY_SIZE(fields);

int field_get(const struct slw_layout *l, const struct field *f)
{
	return *(const int *)((const char *)l + f->at);
}

static void parse_line(struct shape *s, const char *text)
{
	struct shape_line *l = &s->lines[s->nr++];
	const char *format = "%31s %31s %u %u %u";

	assert(s->nr <= SHAPE_MAX_LINES);
	memset(l, 0, sizeof(*l));
	if (*text != ' ') {
		assert(sscanf(text, "%31s %31s %u", l->type, l->name, &l->offset) == 3);
		return;
	}
	assert(sscanf(text, format, l->name, l->type, &l->offset, &l->bit, &l->bits) >= 3);
	/* the structure begun last: the member before, or its own line */
	assert(s->nr > 1);
	strcpy(l->owner, *l[-1].owner ? l[-1].owner : l[-1].name);
}

void shape_append(struct shape *s, const char *text)
{
	for (; *text; text = strchr(text, '\n') + 1)
		parse_line(s, text);
}

void shape_parse(struct shape *s, const char *text)
{
	s->nr = 0;
	shape_append(s, text);
}

void shape_drop(struct shape *s, struct shape_line *l)
{
	memmove(l, l + 1, (size_t)(s->lines + s->nr - l - 1) * sizeof(*l));
	s->nr--;
}

/* Types that others have members of keep their size. */
static bool is_part(const char *name)
{
	static const char *const parts[] = {
		"list_head", "kmem_cache_order_objects", "kobject", "raw_lock",
		"nothing",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (!strcmp(parts[i], name))
			return true;
	return false;
}

static void grow_line(struct shape_line *l, u32 bytes)
{
	if (*l->owner || is_part(l->name))
		return;
	/* it has an array of another one, which grows too */
	if (!strcmp(l->name, "kmem_cache"))
		bytes *= 2048;
	l->offset += bytes;
}

void shape_grow(struct shape *s, u32 bytes)
{
	int i;

	for (i = 0; i < s->nr; i++)
		grow_line(&s->lines[i], bytes);
}

bool shape_has(const struct shape *s, const char *owner)
{
	int i;

	for (i = 0; i < s->nr; i++)
		if (!*s->lines[i].owner && !strcmp(s->lines[i].name, owner))
			return true;
	return false;
}

/*
 * Find a member in the definition of @owner that ends before line @end: an
 * unnamed member's type is the nearest one defined above it, so that names in
 * parentheses can be used again.
 */
static struct shape_line *find_before(struct shape *s, int end,
				      const char *owner, const char *member,
				      int *base)
{
	struct shape_line *l, *found;
	int i, start;

	for (start = end - 1; start >= 0; start--)
		if (!*s->lines[start].owner && !strcmp(s->lines[start].name, owner))
			break;
	if (start < 0)
		return NULL;
	for (i = start + 1; i < s->nr && *s->lines[i].owner; i++) {
		int inner = 0;

		l = &s->lines[i];
		found = strcmp(l->name, member) ? NULL : l;
		if (!strcmp(l->name, "-"))
			found = find_before(s, start, l->type, member, &inner);
		if (found) {
			*base += (int)l->offset + (found == l ? 0 : inner);
			return found;
		}
	}
	return NULL;
}

struct shape_line *shape_find(struct shape *s, const char *owner,
			      const char *member)
{
	int base = 0;

	return find_before(s, s->nr, owner, member, &base);
}

int shape_offset(const struct shape *s, const char *owner, const char *member)
{
	int base = 0;

	if (!find_before((struct shape *)s, s->nr, owner, member, &base))
		return SLW_ABSENT;
	return base;
}

static bool in_page(const struct shape *s)
{
	return !shape_has(s, "slab");
}

/* Is there what gives a field its meaning? */
static bool gate_open(const struct shape *s, enum gate gate)
{
	switch (gate) {
	case GATE_CPU_PARTIAL:
		return gate_open(s, GATE_CPU_SLAB) &&
		       slw_has(shape_offset(s, "kmem_cache_cpu", "partial"));
	case GATE_CPU_SLAB:
		return slw_has(shape_offset(s, "kmem_cache", "cpu_slab"));
	case GATE_SHEAVES:
		return slw_has(shape_offset(s, "kmem_cache", "cpu_sheaves"));
	default:
		return true;
	}
}

int shape_field(const struct shape *s, const struct field *f)
{
	if (!gate_open(s, f->gate))
		return SLW_ABSENT;
	if (f->page_owner && in_page(s))
		return shape_offset(s, f->page_owner, f->page_member);
	return shape_offset(s, f->owner, f->member);
}

struct shape_line *shape_find_field(struct shape *s, const struct field *f)
{
	if (f->page_owner && in_page(s))
		return shape_find(s, f->page_owner, f->page_member);
	return shape_find(s, f->owner, f->member);
}

/* Types made so far, by name; the newest of a name is meant. */
struct made {
	char name[32];
	u32 id;
};

struct maker {
	struct btf_builder b;
	struct made made[SHAPE_MAX_LINES];
	int nr;
};

static u32 remember(struct maker *m, const char *name, u32 id)
{
	strcpy(m->made[m->nr].name, name);
	m->made[m->nr++].id = id;
	return id;
}

static u32 made_id(const struct maker *m, const char *name, size_t len)
{
	int i;

	for (i = m->nr - 1; i >= 0; i--)
		if (strlen(m->made[i].name) == len &&
		    !strncmp(m->made[i].name, name, len))
			return m->made[i].id;
	fprintf(stderr, "shapes: no type %s\n", name);
	abort();
}

static void make_scalars(struct maker *m)
{
	u32 uint;

	remember(m, "byte", build_int(&m->b, "unsigned char", 1));
	uint = remember(m, "uint", build_int(&m->b, "unsigned int", 4));
	remember(m, "int", build_int(&m->b, "int", 4));
	remember(m, "ulong", build_int(&m->b, "unsigned long", sizeof(long)));
	remember(m, "ptr", build_type(&m->b, "", SLW_BTF_PTR, 0));
	remember(m, "slab_flags_t",
		 build_type(&m->b, "slab_flags_t", SLW_BTF_TYPEDEF, uint));
	/* what a lookup by name must pass over */
	build_type(&m->b, "slab", SLW_BTF_FWD, 0);
	build_type(&m->b, "kmem_cache", SLW_BTF_FWD, 0);
	build_type(&m->b, "kmem_cache_cpu", SLW_BTF_TYPEDEF, uint);
}

/* Arrays come before the structures that have them: records cannot nest. */
static void make_arrays(struct maker *m, const struct shape *s, int i)
{
	const struct shape_line *l;

	for (l = &s->lines[i + 1]; l < s->lines + s->nr && *l->owner; l++) {
		const char *dim = strchr(l->type, '[');

		if (dim)
			remember(m, l->type,
				 build_array(&m->b, made_id(m, l->type, (size_t)(dim - l->type)),
					     (u32)atoi(dim + 1)));
	}
}

static void make_struct(struct maker *m, const struct shape *s, int i)
{
	const struct shape_line *l = &s->lines[i];
	u32 kind = l->type[0] == 's' ? SLW_BTF_STRUCT : SLW_BTF_UNION;
	u32 id = build_struct(&m->b, l->name[0] == '(' ? "" : l->name, kind, l->offset);

	for (l++; l < s->lines + s->nr && *l->owner; l++) {
		const char *name = strcmp(l->name, "-") ? l->name : "";
		u32 type = made_id(m, l->type, strlen(l->type));

		if (l->bits)
			build_bitfield(&m->b, name, type, l->offset * 8 + l->bit, l->bits);
		else
			build_member(&m->b, name, type, l->offset * 8);
	}
	remember(m, s->lines[i].name, id);
}

struct btf_file shape_file(const struct shape *s, u32 hdr_len)
{
	struct maker *m = calloc(1, sizeof(*m));
	struct btf_file f;
	int i;

	assert(m);
	build_init(&m->b);
	make_scalars(m);
	for (i = 0; i < s->nr; i++) {
		if (*s->lines[i].owner)
			continue;
		make_arrays(m, s, i);
		make_struct(m, s, i);
	}
	f = build_file(&m->b, hdr_len);
	free(m);
	return f;
}
