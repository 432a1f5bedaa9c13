// SPDX-License-Identifier: GPL-2.0
/*
 * A page of a slab that cannot be read: it is taken out of the direct map, as the
 * kernel itself does with one that has had a machine check (set_mce_nospec()).
 *
 *	head	the page with the first free pointer of the list
 *	middle	the first page with one in which nothing is of the objects before
 *	inside	a page with none, in which some object of the list begins
 *	first	the first page of the slab
 *	next	the first page of the slab behind it in a node's list
 *	prev	and of that before it
 *	entry	the page of the entry of the broken sheaf
 *	free	the page of the object on a freelist that is in a sheaf too
 *
 * arm64 maps its memory in blocks, which nothing that modules may call splits.
 */
#include "inject.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#ifdef CONFIG_X86_64
#include <asm/set_memory.h>

static pte_t was;

static pte_t *pte_of(unsigned long addr)
{
	unsigned int level;
	pte_t *pte = lookup_address(addr, &level);

	return pte && level == PG_LEVEL_4K ? pte : NULL;
}

/*
 * The flush functions are not exported.  Nobody has used that page since
 * set_memory_wc() flushed it, in whatever address space.
 */
static void forget(void *addr)
{
	asm volatile("invlpg (%0)" : : "r" (addr) : "memory");
}

/* Only a page of its own can be left out: of another type than its neighbours. */
static int take_away(unsigned long addr)
{
	int err = set_memory_wc(addr, 1);
	pte_t *pte;

	if (err)
		return err;
	pte = pte_of(addr);
	if (!pte) {
		set_memory_wb(addr, 1);
		return -EOPNOTSUPP;
	}
	was = *pte;
	native_set_pte(pte, __pte(0));
	on_each_cpu(forget, (void *)addr, 1);
	return 0;
}

static void put_back(unsigned long addr)
{
	native_set_pte(pte_of(addr), was);
	set_memory_wb(addr, 1);
}
#else
static int take_away(unsigned long addr)
{
	return -EOPNOTSUPP;
}

static void put_back(unsigned long addr)
{
}
#endif

/* The page that is away, 0 if none is; and the free objects of the list before it. */
static unsigned long away;
static unsigned int before;

static unsigned long base_of(unsigned long slab)
{
	return (unsigned long)page_address((struct page *)slab);
}

static unsigned long page_of_link(const struct job *j, unsigned int i)
{
	return (j->chain[i] + j->t->g.offset) & PAGE_MASK;
}

static bool is_in_page(const struct job *j, unsigned int i, unsigned long page)
{
	return page + PAGE_SIZE > j->chain[i] &&
	       page < j->chain[i] + j->t->g.size;
}

static unsigned long find_head(const struct job *j)
{
	return j->nr ? page_of_link(j, 0) : 0;
}

/* Those may be handed out, and are written to then. */
static unsigned long find_middle(const struct job *j)
{
	unsigned int i, k;

	for (i = 1; i < j->nr; i++) {
		for (k = 0; k < i && !is_in_page(j, k, page_of_link(j, i)); k++)
			;
		if (k == i)
			return page_of_link(j, i);
	}
	return 0;
}

static unsigned long find_inside(const struct job *j)
{
	unsigned int i, k;

	for (i = 0; i < j->nr; i++) {
		for (k = 0; k < j->nr; k++)
			if (page_of_link(j, k) == (j->chain[i] & PAGE_MASK))
				break;
		if (k == j->nr)
			return j->chain[i];
	}
	return 0;
}

static unsigned long find_first(const struct job *j)
{
	return j->slab ? base_of(j->slab) : 0;
}

/* The list is that of a cache of ours: nobody changes it. */
static unsigned long find_neighbour(const struct job *j, size_t word)
{
	unsigned long link;

	if (j->place != SLUBWATCH_PLACE_NODE_PARTIAL)
		return 0;
	link = word_at(j->slab + slw_layout.slab.slab_list + word);
	if (link == j->n + slw_layout.node.partial)
		return 0;
	return base_of(link - slw_layout.slab.slab_list);
}

static unsigned long find_next(const struct job *j)
{
	return find_neighbour(j, offsetof(struct list_head, next));
}

static unsigned long find_prev(const struct job *j)
{
	return find_neighbour(j, offsetof(struct list_head, prev));
}

static unsigned long find_entry(const struct job *j)
{
	return j->sheaf ? word_at(j->sheaf + slw_layout.sheaf.objects +
				  j->i * sizeof(long)) : 0;
}

static unsigned long find_free(const struct job *j)
{
	return j->free;
}

static const struct {
	const char *name;
	unsigned long (*find)(const struct job *j);
} pages[] = {
	{ "head", find_head },
	{ "middle", find_middle },
	{ "inside", find_inside },
	{ "first", find_first },
	{ "next", find_next },
	{ "prev", find_prev },
	{ "entry", find_entry },
	{ "free", find_free },
};

static unsigned int count_before(const struct job *j, unsigned long page)
{
	unsigned int i;

	for (i = 0; i < j->nr; i++)
		if (page_of_link(j, i) == page)
			return i;
	return 0;
}

static int unmap(struct job *j, unsigned long addr)
{
	unsigned long page = addr & PAGE_MASK;
	int err;

	if (!addr)
		return -ENOENT;
	before = count_before(j, page);
	err = take_away(page);
	if (!err)
		away = page;
	return err;
}

int inj_unmap(struct job *j, const char *what)
{
	unsigned int i;

	if (away)
		return -EBUSY;
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		if (!strcmp(pages[i].name, what))
			return j->t->own ? unmap(j, pages[i].find(j)) : -EINVAL;
	return -EINVAL;
}

void inj_map(void)
{
	if (away)
		put_back(away);
	away = 0;
}

int inj_unmap_show(char *buf)
{
	return away ? sysfs_emit(buf, "%p %u\n", (void *)away, before) :
		      sysfs_emit(buf, "none\n");
}
