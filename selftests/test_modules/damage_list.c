// SPDX-License-Identifier: GPL-2.0
/*
 * Damage to lists: their links, their lengths, who is on them.
 */
#include "inject.h"

/* Where this place keeps the link from one slab or sheaf to the next. */
static unsigned long link_of(const struct job *j)
{
	switch (j->place) {
	case SLUBWATCH_PLACE_CPU_PARTIAL:
		return j->slab + slw_layout.slab.next;
	case SLUBWATCH_PLACE_NODE_PARTIAL:
		return j->slab + slw_layout.slab.slab_list;
	default:
		return j->sheaf + slw_layout.sheaf.barn_list;
	}
}

/*
 * A broken list is told by the link; the chain of a cpu's partial slabs, which
 * is linked one way only, by the kmem_cache_cpu.
 */
static int damage_list(struct job *j, unsigned long at, unsigned long link,
		       unsigned long word)
{
	unsigned long head;

	inj_patch_word(j, at, word);
	inj_expect(j, link, word);
	j->slab = 0;
	if (j->place == SLUBWATCH_PLACE_CPU_PARTIAL) {
		head = word_at(j->hub + slw_layout.cpu.partial);
		j->object = j->hub;
		j->raw = j->kind == SLUBWATCH_KIND_LIST_LINK ? head :
			 u32_at(head + slw_layout.slab.slabs);
		j->decoded = j->raw;
	}
	return 0;
}

int act_list_next(struct job *j, unsigned long arg)
{
	return damage_list(j, link_of(j), link_of(j), arg);
}

/*
 * A link of another's, that points back as it should: not where SLUB has any,
 * but where devices are mapped too.
 */
int act_list_decoy(struct job *j, unsigned long arg)
{
	static struct list_head decoy;
	unsigned long link = link_of(j);

	decoy.next = (void *)word_at(link);
	decoy.prev = (void *)link;
	return damage_list(j, link, link, (unsigned long)&decoy);
}

int act_list_skip(struct job *j, unsigned long arg)
{
	unsigned long link = link_of(j);

	return damage_list(j, link, link, word_at(word_at(link)));
}

int act_list_back(struct job *j, unsigned long arg)
{
	unsigned long back = word_at(link_of(j)) + sizeof(long);

	return damage_list(j, back, back, arg);
}

int act_list_circle(struct job *j, unsigned long arg)
{
	bool is_chain = j->place == SLUBWATCH_PLACE_CPU_PARTIAL;
	unsigned long link = link_of(j);

	return damage_list(j, link, link, is_chain ? j->slab : link);
}

/* The head of the node's list itself, not one of its members. */
int act_list_head(struct job *j, unsigned long arg)
{
	unsigned long head = j->n + slw_layout.node.partial;

	return damage_list(j, head, head, arg);
}

static int lead_to_page(struct job *j, struct page *page)
{
	return damage_list(j, link_of(j), link_of(j),
			   (unsigned long)page + slw_layout.slab.slab_list);
}

/* A struct page where the memory map has none: of a page that is a device. */
int act_list_hole(struct job *j, unsigned long arg)
{
	return lead_to_page(j, pfn_to_page(PHYS_PFN(arg)));
}

/* A struct page that is no slab's: what it has there is no link. */
int act_list_page(struct job *j, unsigned long arg)
{
	return lead_to_page(j, virt_to_page((void *)j->no_slab));
}

/* One more than there are. */
static int add_one(struct job *j, unsigned long at, unsigned int size,
		   unsigned long object)
{
	unsigned long nr = inj_read(at, size) + 1;

	inj_patch(j, at, size, nr);
	inj_expect(j, object, nr);
	j->slab = 0;
	return 0;
}

int act_list_count(struct job *j, unsigned long arg)
{
	unsigned long head, at;

	switch (j->place) {
	case SLUBWATCH_PLACE_CPU_PARTIAL:
		head = word_at(j->hub + slw_layout.cpu.partial);
		return add_one(j, head + slw_layout.slab.slabs, sizeof(u32),
			       j->hub);
	case SLUBWATCH_PLACE_NODE_PARTIAL:
		return add_one(j, j->n + slw_layout.node.nr_partial,
			       sizeof(long), j->n);
	case SLUBWATCH_PLACE_BARN_FULL:
		at = j->barn + slw_layout.barn.nr_full;
		return add_one(j, at, sizeof(u32), at);
	default:
		at = j->barn + slw_layout.barn.nr_empty;
		return add_one(j, at, sizeof(u32), at);
	}
}

/* list_add() of @link behind @prev, word by word, so that it can be undone. */
static void link_in(struct job *j, unsigned long prev, unsigned long link)
{
	unsigned long next = word_at(prev);

	inj_patch_word(j, link, next);
	inj_patch_word(j, link + sizeof(long), prev);
	inj_patch_word(j, next + sizeof(long), link);
	inj_patch_word(j, prev, link);
}

static void link_out(struct job *j, unsigned long link)
{
	unsigned long next = word_at(link);
	unsigned long prev = word_at(link + sizeof(long));

	inj_patch_word(j, next + sizeof(long), prev);
	inj_patch_word(j, prev, next);
}

/*
 * A page of ours takes a place among the slabs: our own page's list words are
 * ours to write.
 */
int act_list_no_slab(struct job *j, unsigned long arg)
{
	unsigned long page = (unsigned long)virt_to_page((void *)j->no_slab);
	unsigned long link;

	inj_expect(j, 0, 0);
	j->slab = page;
	if (j->place == SLUBWATCH_PLACE_NODE_PARTIAL) {
		link_in(j, j->n + slw_layout.node.partial,
			page + slw_layout.slab.slab_list);
		return 0;
	}
	/* In the last slab's stead: the chain is as long as before. */
	link = j->hub + slw_layout.cpu.partial;
	while (word_at(word_at(link) + slw_layout.slab.next))
		link = word_at(link) + slw_layout.slab.next;
	inj_patch_word(j, page + slw_layout.slab.next, 0);
	inj_patch_word(j, link, page);
	return link == j->hub + slw_layout.cpu.partial ? -EAGAIN : 0;
}

static int other_node(const struct job *j)
{
	int node;

	for_each_online_node(node)
		if (node != j->node && inj_node(j->t, node))
			return node;
	return -1;
}

/* Properly linked, and counted, but on the list of a node it is not of. */
int act_list_node(struct job *j, unsigned long arg)
{
	unsigned long nr = slw_layout.node.nr_partial;
	unsigned long link = link_of(j), n;
	int node = other_node(j);

	if (node < 0)
		return -EOPNOTSUPP;
	n = inj_node(j->t, node);
	link_out(j, link);
	link_in(j, n + slw_layout.node.partial, link);
	inj_patch_word(j, j->n + nr, word_at(j->n + nr) - 1);
	inj_patch_word(j, n + nr, word_at(n + nr) + 1);
	j->list_node = node;
	inj_expect(j, 0, j->node);
	return 0;
}
