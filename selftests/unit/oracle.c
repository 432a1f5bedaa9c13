// SPDX-License-Identifier: GPL-2.0
#include <linux/btf.h>
#include <stdlib.h>

#include "oracle.h"
#include "unit.h"

#define DEPTH	17
#define VISITS	20000

struct reader {
	struct btf_header hdr;
	const u8 *types;
	const u8 *end;
	const char *strs;
	const u8 **records;
	u32 nr;
	int visits;
};

static struct btf_type type_at(const u8 *p)
{
	struct btf_type t;

	memcpy(&t, p, sizeof(t));
	return t;
}

static u32 kind_of(const struct btf_type *t)
{
	return t->info >> 24 & 0x7f;
}

static u32 vlen_of(const struct btf_type *t)
{
	return t->info & 0xffffff;
}

static size_t tail_of(const struct btf_type *t)
{
	switch (kind_of(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case 17: /* DECL_TAG */
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case 19: /* ENUM64 */
		return vlen_of(t) * 12;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return vlen_of(t) * 8;
	default:
		return 0;
	}
}

/* The file has been opened by the reader under test, so it is walkable. */
static void list_records(struct reader *r)
{
	const u8 *p;

	r->records = calloc(r->hdr.type_len / 12 + 2, sizeof(*r->records));
	for (p = r->types; p < r->end;) {
		struct btf_type t = type_at(p);

		r->records[++r->nr] = p;
		p += sizeof(t) + tail_of(&t);
	}
}

static const char *text(const struct reader *r, u32 off)
{
	return off < r->hdr.str_len ? r->strs + off : "?";
}

static const u8 *strip(const struct reader *r, u32 id)
{
	int i;

	for (i = 0; i < 40 && id && id <= r->nr; i++) {
		struct btf_type t = type_at(r->records[id]);

		switch (kind_of(&t)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case 18: /* TYPE_TAG */
			id = t.type;
			break;
		default:
			return r->records[id];
		}
	}
	return NULL;
}

static bool search(struct reader *r, const u8 *rec, long long base,
		   const char *member, long long bits, int depth)
{
	struct btf_type t;
	struct btf_member m;
	u32 i;

	if (!rec || !depth)
		return false;
	t = type_at(rec);
	if (kind_of(&t) != BTF_KIND_STRUCT && kind_of(&t) != BTF_KIND_UNION)
		return false;
	for (i = 0; i < vlen_of(&t) && r->visits < VISITS; i++, r->visits++) {
		long long at;

		memcpy(&m, rec + 12 + 12 * (size_t)i, sizeof(m));
		at = base + (t.info >> 31 ? m.offset & 0xffffff : m.offset);
		if (at == bits && !strcmp(text(r, m.name_off), member))
			return true;
		if (!*text(r, m.name_off) &&
		    search(r, strip(r, m.type), at, member, bits, depth - 1))
			return true;
	}
	return false;
}

static void open_reader(struct reader *r, const struct btf_file *f)
{
	memset(r, 0, sizeof(*r));
	memcpy(&r->hdr, f->data, 24);
	r->types = f->data + r->hdr.hdr_len + r->hdr.type_off;
	r->end = r->types + r->hdr.type_len;
	r->strs = (const char *)f->data + r->hdr.hdr_len + r->hdr.str_off;
	list_records(r);
}

static bool ask(struct reader *r, const char *owner, const char *member,
		int offset)
{
	u32 id;

	for (id = 1; id <= r->nr; id++) {
		struct btf_type t = type_at(r->records[id]);

		r->visits = 0;
		if (!strcmp(text(r, t.name_off), owner) &&
		    search(r, r->records[id], 0, member, 8LL * offset, DEPTH))
			return true;
	}
	return false;
}

bool oracle_has(const struct btf_file *f, const char *owner,
		const char *member, int offset)
{
	struct reader r;
	bool found;

	open_reader(&r, f);
	found = ask(&r, owner, member, offset);
	free(r.records);
	return found;
}

void oracle_check(const struct btf_file *f, const struct slw_layout *l)
{
	struct reader r;
	int i;

	open_reader(&r, f);
	for (i = 0; i < nr_fields; i++) {
		const struct field *field = &fields[i];
		bool page = l->slab.is_page && field->page_owner;
		const char *owner = page ? field->page_owner : field->owner;
		const char *member = page ? field->page_member : field->member;
		int offset = field_get(l, field);

		if (slw_has(offset) && !ask(&r, owner, member, offset))
			unit_fail(__FILE__, __LINE__, "%s.%s is not at %d in this file",
				  owner, member, offset);
	}
	free(r.records);
}
