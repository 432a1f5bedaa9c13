// SPDX-License-Identifier: GPL-2.0
/*
 * What is written, and how it is taken back.  All of it runs under the lock of
 * the place (places.c), so the kernel sees either all or nothing.
 */
#include "inject.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/random.h>

#include "../../module/compat.h"

static unsigned long read_sized(unsigned long at, unsigned int size)
{
	return size == sizeof(u32) ? u32_at(at) : word_at(at);
}

static void write_sized(unsigned long at, unsigned int size, unsigned long word)
{
	if (size == sizeof(u32))
		WRITE_ONCE(*(u32 *)at, (u32)word);
	else
		WRITE_ONCE(*(unsigned long *)at, word);
}

void inj_patch(struct job *j, unsigned long at, unsigned int size,
	       unsigned long new)
{
	struct patch *p = &j->patches[j->nr_patches];

	if (WARN_ON_ONCE(j->nr_patches == INJ_PATCHES))
		return;
	*p = (struct patch) {
		.at = at,
		.size = size,
		.old = read_sized(at, size),
		.new = size == sizeof(u32) ? (u32)new : new,
	};
	if (!inj_by_device)
		write_sized(at, size, new);
	j->nr_patches++;
}

static void patch_word(struct job *j, unsigned long at, unsigned long new)
{
	inj_patch(j, at, sizeof(new), new);
}

/* Was it written again by a later patch of ours? */
static bool is_covered(const struct job *j, unsigned int i)
{
	unsigned int k;

	for (k = i + 1; k < j->nr_patches; k++)
		if (j->patches[k].at == j->patches[i].at)
			return true;
	return false;
}

/* All or nothing: -ESTALE if somebody else wrote there meanwhile. */
int inj_restore(struct job *j)
{
	const struct patch *p;
	unsigned int i;

	for (i = 0; i < j->nr_patches; i++) {
		p = &j->patches[i];
		if (!is_covered(j, i) && read_sized(p->at, p->size) != p->new)
			return -ESTALE;
	}
	while (j->nr_patches) {
		p = &j->patches[--j->nr_patches];
		write_sized(p->at, p->size, p->old);
	}
	return 0;
}

/* What is to be stored in the slot of j->chain[j->i]; see chains.c. */

static unsigned long slot(const struct job *j)
{
	return j->chain[j->i] + j->t->g.offset;
}

static int store(const struct job *j, unsigned long to, unsigned long *raw)
{
	*raw = inj_code(j->t, to, j->chain[j->i]);
	return 0;
}

int link_raw(const struct job *j, unsigned long arg, unsigned long *raw)
{
	*raw = arg;
	return 0;
}

int link_decoded(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, arg, raw);
}

/* Four bytes at @arg in the word: a USB LANGID descriptor, field case A2. */
int link_overlay(const struct job *j, unsigned long arg, unsigned long *raw)
{
	static const u8 langid[] = { 0x04, 0x03, 0x09, 0x04 };

	*raw = word_at(slot(j));
	memcpy((u8 *)raw + arg, langid, sizeof(langid));
	return 0;
}

/* Byte @arg of the pointer, or the next one up that is not zero anyway (arm64). */
int link_zero_byte(const struct job *j, unsigned long arg, unsigned long *raw)
{
	unsigned long to = inj_code(j->t, word_at(slot(j)), j->chain[j->i]);

	while (arg < sizeof(to) - 1 && !(to >> 8 * arg & 0xff))
		arg++;
	return store(j, to & ~(0xfful << 8 * arg), raw);
}

int link_zero_raw_byte(const struct job *j, unsigned long arg,
		       unsigned long *raw)
{
	unsigned long word = word_at(slot(j));

	/* Noise may have a zero there: then a byte that leads out of any memory. */
	if (j->t->g.hardened && !(word >> 8 * arg & 0xff))
		arg = word >> 8 * 4 & 0xff ? 4 : 5;
	*raw = word & ~(0xfful << 8 * arg);
	return *raw == word ? -EAGAIN : 0;
}

int link_flip(const struct job *j, unsigned long arg, unsigned long *raw)
{
	*raw = word_at(slot(j)) ^ BIT(arg);
	return 0;
}

/* Bit 12, or in slabs larger than a page the first that leads out of them. */
int link_flip_order(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return link_flip(j, PAGE_SHIFT + compound_order((void *)j->slab), raw);
}

/*
 * Not what may be an address once it is decoded, and would rather be told as that: of
 * five levels of page tables one word in 128 is one.
 */
int link_noise(const struct job *j, unsigned long arg, unsigned long *raw)
{
	unsigned long top;

	do {
		get_random_bytes(raw, sizeof(*raw));
		top = inj_code(j->t, *raw, j->chain[j->i]) >> (BITS_PER_LONG - 8);
	} while (!top || top == 0xff);
	return 0;
}

int link_back(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->chain[j->i - arg], raw);
}

/* A link that one flipped bit turns into another: from @first up to @end. */
static int flip_to(const struct job *j, unsigned int first, unsigned int end,
		   unsigned long *raw)
{
	unsigned long now = j->chain[j->i + 1];
	unsigned int k;

	for (k = first; k < end; k++)
		if (hweight_long(now ^ j->chain[k]) == 1)
			return store(j, j->chain[k], raw);
	return -EAGAIN;
}

int link_flip_back(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return flip_to(j, 0, j->i + 1, raw);
}

int link_flip_ahead(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return flip_to(j, j->i + 2, j->nr, raw);
}

int link_cpu_freelist(const struct job *j, unsigned long arg,
		      unsigned long *raw)
{
	return store(j, word_at(j->hub + slw_layout.cpu.freelist), raw);
}

int link_other_slab(const struct job *j, unsigned long arg, unsigned long *raw)
{
	unsigned int i;

	for (i = 0; i < j->stock.n; i++)
		if (inj_slab_of(j->stock.objects[i]) != j->slab)
			return store(j, j->stock.objects[i], raw);
	return -EAGAIN;
}

int link_foreign(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->foreign, raw);
}

int link_foreign_raw(const struct job *j, unsigned long arg,
		     unsigned long *raw)
{
	*raw = j->foreign;
	return 0;
}

int link_free_page(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->free_page, raw);
}

int link_kernel(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, (unsigned long)panic, raw);
}

int link_kernel_raw(const struct job *j, unsigned long arg, unsigned long *raw)
{
	*raw = (unsigned long)panic;
	return 0;
}

int link_no_slab(const struct job *j, unsigned long arg, unsigned long *raw)
{
	return store(j, j->no_slab, raw);
}

/* Everything else. */

static void expect(struct job *j, unsigned long object, unsigned long raw)
{
	j->object = object;
	j->raw = raw;
	j->decoded = raw;
}

int act_nothing(struct job *j, unsigned long arg)
{
	return 0;
}

/* Behind the free pointer: nothing of the list is touched. */
int act_miss(struct job *j, unsigned long arg)
{
	j->i = j->nr - 2;
	expect(j, j->chain[j->i], arg);
	inj_patch(j, slot(j) + sizeof(long), sizeof(u32), arg);
	return 0;
}

/* The object of this slab that is still held. */
static unsigned long held_object(const struct job *j)
{
	unsigned int i;

	for (i = 0; i < j->stock.n; i++)
		if (inj_slab_of(j->stock.objects[i]) == j->slab)
			return j->stock.objects[i];
	return 0;
}

/* To an object in use, in whose words there is text. */
int act_used(struct job *j, unsigned long arg)
{
	unsigned long used = held_object(j), raw;

	if (!used)
		return -EAGAIN;
	j->i = j->nr - 2;
	patch_word(j, used + j->t->g.offset, arg);
	store(j, used, &raw);
	patch_word(j, slot(j), raw);
	j->object = used;
	j->raw = arg;
	j->decoded = inj_code(j->t, arg, used);
	return 0;
}

static unsigned long distance(unsigned long a, unsigned long b)
{
	return a > b ? a - b : b - a;
}

/* An object held in another slab, the nearest one. */
static unsigned long held_nearby(const struct job *j, unsigned long here)
{
	unsigned long object, best = 0;
	unsigned int i;

	for (i = 0; i < j->stock.n; i++) {
		object = j->stock.objects[i];
		if (inj_slab_of(object) != j->slab &&
		    (!best || distance(object, here) < distance(best, here)))
			best = object;
	}
	return best;
}

/* The link, and the same word in objects in use: of its slab, and of another. */
int act_same(struct job *j, unsigned long arg)
{
	unsigned long here = held_object(j), other = held_nearby(j, here);

	if (!here || !other)
		return -EAGAIN;
	j->i = j->nr - 2;
	patch_word(j, here + sizeof(long), arg);
	patch_word(j, other + sizeof(long), arg);
	patch_word(j, slot(j), arg);
	j->object = j->chain[j->i];
	j->raw = arg;
	j->decoded = inj_code(j->t, arg, j->object);
	return 0;
}

int act_head(struct job *j, unsigned long arg)
{
	patch_word(j, j->head_at, arg);
	expect(j, 0, arg);
	return 0;
}

/* The low half of the word only: in 7.x the upper one is not about counts. */
static void patch_counters(struct job *j, u32 counters)
{
	inj_patch(j, j->slab + slw_layout.slab.counters, sizeof(u32), counters);
}

int act_inuse(struct job *j, unsigned long arg)
{
	patch_counters(j, inj_counters(j->slab) + (u32)arg);
	expect(j, j->chain[j->nr - 1], 0);
	return 0;
}

int act_inuse_over(struct job *j, unsigned long arg)
{
	u32 objects = inj_objects(j->slab);

	patch_counters(j, (inj_counters(j->slab) & ~0xffffu) + objects + 1);
	expect(j, 0, objects + 1);
	return 0;
}

int act_objects(struct job *j, unsigned long arg)
{
	patch_counters(j, inj_counters(j->slab) + (1u << 16));
	expect(j, 0, inj_objects(j->slab));
	return 0;
}

int act_frozen(struct job *j, unsigned long arg)
{
	patch_counters(j, inj_counters(j->slab) ^ 1u << 31);
	expect(j, 0, inj_counters(j->slab) >> 31);
	return 0;
}

int act_slab_cache(struct job *j, unsigned long arg)
{
	unsigned long at = slw_layout.slab.slab_cache;
	unsigned long other = word_at(inj_slab_of(j->foreign) + at);

	patch_word(j, j->slab + at, other);
	expect(j, 0, other);
	return 0;
}

/* Is the victim's slab marked as being on a node's list (since 6.8)? */
bool inj_marked(const struct job *j)
{
	return slw_page_flags((struct page *)j->slab) & BIT(PG_workingset);
}

int act_mark(struct job *j, unsigned long arg)
{
	struct page *page = (struct page *)j->slab;
	bool marked = inj_marked(j);

	patch_word(j, (unsigned long)&page->flags,
		   slw_page_flags(page) ^ BIT(PG_workingset));
	expect(j, 0, !marked);
	return 0;
}

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

	patch_word(j, at, word);
	expect(j, link, word);
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
	unsigned long nr = read_sized(at, size) + 1;

	inj_patch(j, at, size, nr);
	expect(j, object, nr);
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

	patch_word(j, link, next);
	patch_word(j, link + sizeof(long), prev);
	patch_word(j, next + sizeof(long), link);
	patch_word(j, prev, link);
}

static void link_out(struct job *j, unsigned long link)
{
	unsigned long next = word_at(link);
	unsigned long prev = word_at(link + sizeof(long));

	patch_word(j, next + sizeof(long), prev);
	patch_word(j, prev, next);
}

/*
 * A page of ours takes a place among the slabs: our own page's list words are
 * ours to write.
 */
int act_list_no_slab(struct job *j, unsigned long arg)
{
	unsigned long page = (unsigned long)virt_to_page((void *)j->no_slab);
	unsigned long link;

	expect(j, 0, 0);
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
	patch_word(j, page + slw_layout.slab.next, 0);
	patch_word(j, link, page);
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
	patch_word(j, j->n + nr, word_at(j->n + nr) - 1);
	patch_word(j, n + nr, word_at(n + nr) + 1);
	j->list_node = node;
	expect(j, 0, j->node);
	return 0;
}

int act_cpu_state(struct job *j, unsigned long arg)
{
	unsigned long freelist = word_at(j->hub + slw_layout.cpu.freelist);

	patch_word(j, j->hub + slw_layout.cpu.slab, 0);
	j->list = SLUBWATCH_PLACE_CPU_SLAB;
	j->slab = 0;
	expect(j, freelist, freelist);
	return 0;
}

int act_cpu_no_slab(struct job *j, unsigned long arg)
{
	j->slab = arg ?: (unsigned long)virt_to_page((void *)j->no_slab);
	patch_word(j, j->hub + slw_layout.cpu.slab, j->slab);
	j->list = SLUBWATCH_PLACE_CPU_SLAB;
	expect(j, 0, 0);
	return 0;
}

/* A free pointer that begins where the object ends. */
int act_offset(struct job *j, unsigned long arg)
{
	unsigned long s = (unsigned long)j->t->s;

	inj_patch(j, s + slw_layout.cache.offset, sizeof(u32), j->t->g.size);
	j->slab = 0;
	expect(j, s, j->t->g.size);
	return 0;
}

/* Text over the size, as somebody else's object would leave it. */
int act_size(struct job *j, unsigned long arg)
{
	unsigned long s = (unsigned long)j->t->s;

	inj_patch(j, s + slw_layout.cache.size, sizeof(u32), arg);
	j->slab = 0;
	expect(j, s, (u32)arg);
	return 0;
}

/* Sheaves: the victim is entry j->i of j->sheaf. */

static unsigned long entry_at(unsigned long sheaf, unsigned int i)
{
	return sheaf + slw_layout.sheaf.objects + i * sizeof(long);
}

int act_entry(struct job *j, unsigned long arg)
{
	patch_word(j, entry_at(j->sheaf, j->i), arg);
	expect(j, arg, arg);
	j->slab = virt_addr_valid((void *)arg) ? inj_slab_of(arg) : 0;
	return 0;
}

/* The only entry of a sheaf: none is left without it. */
int act_entry_only(struct job *j, unsigned long arg)
{
	inj_patch(j, j->sheaf + slw_layout.sheaf.size, sizeof(u32), 1);
	j->i = 0;
	return act_entry(j, arg);
}

int act_entry_add(struct job *j, unsigned long arg)
{
	return act_entry(j, word_at(entry_at(j->sheaf, j->i)) + arg);
}

int act_entry_twice(struct job *j, unsigned long arg)
{
	return act_entry(j, word_at(entry_at(j->sheaf, j->i + 1)));
}

/* Of the same CPU: the main one. */
int act_entry_other_sheaf(struct job *j, unsigned long arg)
{
	unsigned long main = word_at(j->hub + slw_layout.pcs.main);

	if (!u32_at(main + slw_layout.sheaf.size))
		return -EAGAIN;
	return act_entry(j, word_at(entry_at(main, 0)));
}

int act_entry_foreign(struct job *j, unsigned long arg)
{
	return act_entry(j, j->foreign);
}

int act_entry_no_slab(struct job *j, unsigned long arg)
{
	return act_entry(j, j->no_slab);
}

int act_entry_free(struct job *j, unsigned long arg)
{
	return j->free ? act_entry(j, j->free) : -EAGAIN;
}

int act_sheaf_size(struct job *j, unsigned long arg)
{
	bool is_empty = j->place == SLUBWATCH_PLACE_BARN_EMPTY;
	u32 size = is_empty ? 1 : j->t->capacity + 1;

	inj_patch(j, j->sheaf + slw_layout.sheaf.size, sizeof(u32), size);
	expect(j, j->sheaf, size);
	return 0;
}

int act_sheaf_cache(struct job *j, unsigned long arg)
{
	unsigned long at = slw_layout.slab.slab_cache;
	unsigned long other = word_at(inj_slab_of(j->foreign) + at);

	patch_word(j, j->sheaf + slw_layout.sheaf.cache, other);
	expect(j, j->sheaf, other);
	return 0;
}

int act_sheaf_pointer(struct job *j, unsigned long arg)
{
	patch_word(j, j->head_at, arg);
	expect(j, arg, arg);
	return 0;
}

int act_sheaf_same(struct job *j, unsigned long arg)
{
	act_sheaf_pointer(j, word_at(j->hub + slw_layout.pcs.main));
	j->object = j->hub;
	return 0;
}
