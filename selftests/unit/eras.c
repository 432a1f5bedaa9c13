// SPDX-License-Identifier: GPL-2.0
/*
 * What SLUB's structures look like in Debian's kernels for x86-64: the members
 * that matter and a few that might be mistaken for them.  To read a line:
 * name, type, byte offset; for a bit-field, then its bit from there and its
 * width.
 */
#include "shapes.h"

#define COMMON							\
	"struct list_head 16\n"					\
	"  next ptr 0\n"					\
	"  prev ptr 8\n"					\
	"struct kmem_cache_order_objects 4\n"			\
	"  x uint 0\n"						\
	"struct kobject 64\n"					\
	"  name ptr 0\n"					\
	"  entry list_head 8\n"					\
	"struct raw_lock 4\n"					\
	"  val uint 0\n"					\
	"struct nothing 0\n"					\
	"struct callback_head 16\n"				\
	"  next ptr 0\n"					\
	"  func ptr 8\n"

#define COUNTER_BITS						\
	"struct (bits) 4\n"					\
	"  inuse uint 0 0 16\n"					\
	"  objects uint 0 16 15\n"				\
	"  frozen uint 0 31 1\n"				\
	"union (counters) 8\n"					\
	"  counters ulong 0\n"					\
	"  - (bits) 0\n"

#define CACHE_HEAD						\
	"  cpu_slab ptr 0\n"					\
	"  flags slab_flags_t 8\n"				\
	"  min_partial ulong 16\n"				\
	"  size uint 24\n"					\
	"  object_size uint 28\n"				\
	"  offset uint 40\n"

#define NODE(size)						\
	"struct kmem_cache_node " #size "\n"			\
	"  list_lock raw_lock 0\n"				\
	"  nr_partial ulong 8\n"				\
	"  partial list_head 16\n"				\
	"  nr_slabs ulong 32\n"					\
	"  full list_head 48\n"

#define CPU_AND_SLAB_5_10					\
	"struct (pages) 16\n"					\
	"  next ptr 0\n"					\
	"  pages int 8\n"					\
	"  pobjects int 12\n"					\
	"union (list) 16\n"					\
	"  slab_list list_head 0\n"				\
	"  - (pages) 0\n"					\
	COUNTER_BITS						\
	"struct (slab) 40\n"					\
	"  - (list) 0\n"					\
	"  slab_cache ptr 16\n"					\
	"  freelist ptr 24\n"					\
	"  - (counters) 32\n"					\
	"struct (mapped) 40\n"					\
	"  lru list_head 0\n"					\
	"  mapping ptr 16\n"					\
	"  private ulong 32\n"					\
	"union (words) 40\n"					\
	"  - (mapped) 0\n"					\
	"  - (slab) 0\n"					\
	"struct page 64\n"					\
	"  flags ulong 0\n"					\
	"  - (words) 8\n"					\
	"  _refcount int 52\n"

#define CACHE_5_10						\
	"struct kmem_cache 728\n"				\
	CACHE_HEAD						\
	"  cpu_partial uint 44\n"				\
	"  oo kmem_cache_order_objects 48\n"			\
	"  max kmem_cache_order_objects 52\n"			\
	"  min kmem_cache_order_objects 56\n"			\
	"  inuse uint 80\n"					\
	"  red_left_pad uint 88\n"				\
	"  name ptr 96\n"					\
	"  kobj kobject 120\n"					\
	"  random ulong 184\n"					\
	"  node ptr[64] 216\n"

static const char page_5_10[] =
	COMMON CACHE_5_10 CPU_AND_SLAB_5_10 NODE(64)
	"struct kmem_cache_cpu 32\n"
	"  freelist ptr 0\n"
	"  tid ulong 8\n"
	"  page ptr 16\n"
	"  partial ptr 24\n";

/* CONFIG_SLUB_CPU_PARTIAL=n, as 5.10-rt always is: page.next means nothing. */
static const char page_nopartial[] =
	COMMON CACHE_5_10 CPU_AND_SLAB_5_10 NODE(64)
	"struct kmem_cache_cpu 24\n"
	"  freelist ptr 0\n"
	"  tid ulong 8\n"
	"  page ptr 16\n";

static const char slab_6_1[] =
	COMMON NODE(64)
	"struct kmem_cache 8408\n"
	CACHE_HEAD
	"  cpu_partial uint 44\n"
	"  oo kmem_cache_order_objects 52\n"
	"  min kmem_cache_order_objects 56\n"
	"  inuse uint 80\n"
	"  red_left_pad uint 88\n"
	"  name ptr 96\n"
	"  kobj kobject 120\n"
	"  random ulong 184\n"
	"  node ptr[1024] 216\n"
	"struct kmem_cache_cpu 32\n"
	"  freelist ptr 0\n"
	"  tid ulong 8\n"
	"  slab ptr 16\n"
	"  partial ptr 24\n"
	"  lock nothing 32\n"
	"struct (partial) 16\n"
	"  next ptr 0\n"
	"  slabs int 8\n"
	"union (list) 16\n"
	"  slab_list list_head 0\n"
	"  callback_head callback_head 0\n"
	"  - (partial) 0\n"
	COUNTER_BITS
	"struct slab 64\n"
	"  __page_flags ulong 0\n"
	"  - (list) 8\n"
	"  slab_cache ptr 24\n"
	"  freelist ptr 32\n"
	"  - (counters) 40\n"
	"  __page_refcount int 52\n"
	/* no longer of interest, and without the members */
	"struct page 64\n"
	"  flags ulong 0\n"
	"  lru list_head 8\n";

#define CPU_6_12						\
	"struct (head) 16\n"					\
	"  freelist ptr 0\n"					\
	"  tid ulong 8\n"					\
	"struct aba 16\n"					\
	"  freelist ptr 0\n"					\
	"  counter ulong 8\n"					\
	"union (head) 16\n"					\
	"  - (head) 0\n"					\
	"  freelist_tid aba 0\n"				\
	"struct kmem_cache_cpu 48\n"				\
	"  - (head) 0\n"					\
	"  slab ptr 16\n"					\
	"  partial ptr 24\n"					\
	"  lock nothing 32\n"

#define SLAB_6_12						\
	"struct (partial) 16\n"					\
	"  next ptr 0\n"					\
	"  slabs int 8\n"					\
	"union (list) 16\n"					\
	"  slab_list list_head 0\n"				\
	"  - (partial) 0\n"					\
	COUNTER_BITS						\
	"struct (pair) 16\n"					\
	"  freelist ptr 0\n"					\
	"  - (counters) 8\n"					\
	"union (both) 16\n"					\
	"  - (pair) 0\n"					\
	"  freelist_counter aba 0\n"				\
	"struct (used) 32\n"					\
	"  - (list) 0\n"					\
	"  - (both) 16\n"					\
	"union (words) 32\n"					\
	"  - (used) 0\n"					\
	"  callback_head callback_head 0\n"			\
	"struct slab 64\n"					\
	"  flags ulong 0\n"					\
	"  slab_cache ptr 8\n"					\
	"  - (words) 16\n"					\
	"  __page_type uint 48\n"				\
	"  obj_exts ulong 56\n"

#define SHEAVES							\
	"struct slub_percpu_sheaves 32\n"			\
	"  lock byte 0\n"					\
	"  main ptr 8\n"					\
	"  spare ptr 16\n"					\
	"  rcu_free ptr 24\n"					\
	"struct (prefilled) 8\n"				\
	"  capacity uint 0\n"					\
	"union (linked) 16\n"					\
	"  callback_head callback_head 0\n"			\
	"  barn_list list_head 0\n"				\
	"  - (prefilled) 0\n"					\
	"struct slab_sheaf 32\n"				\
	"  - (linked) 0\n"					\
	"  cache ptr 16\n"					\
	"  size uint 24\n"					\
	"  node int 28\n"					\
	"  objects ptr[0] 32\n"					\
	"struct node_barn 48\n"					\
	"  lock raw_lock 0\n"					\
	"  sheaves_full list_head 8\n"				\
	"  sheaves_empty list_head 24\n"			\
	"  nr_full uint 40\n"					\
	"  nr_empty uint 44\n"

static const char slab_6_12[] =
	COMMON NODE(64) CPU_6_12 SLAB_6_12
	"struct kmem_cache 8408\n"
	CACHE_HEAD
	"  cpu_partial uint 44\n"
	"  oo kmem_cache_order_objects 52\n"
	"  min kmem_cache_order_objects 56\n"
	"  red_left_pad uint 88\n"
	"  name ptr 96\n"
	"  kobj kobject 120\n"
	"  random ulong 184\n"
	"  node ptr[1024] 216\n";

static const char both_6_18[] =
	COMMON CPU_6_12 SLAB_6_12 SHEAVES NODE(72)
	"  barn ptr 64\n"
	"struct kmem_cache 8416\n"
	"  cpu_slab ptr 0\n"
	"  lock_key nothing 8\n"
	"  cpu_sheaves ptr 8\n"
	"  flags slab_flags_t 16\n"
	"  size uint 32\n"
	"  object_size uint 36\n"
	"  offset uint 48\n"
	"  sheaf_capacity uint 60\n"
	"  oo kmem_cache_order_objects 64\n"
	"  min kmem_cache_order_objects 68\n"
	"  red_left_pad uint 96\n"
	"  name ptr 104\n"
	"  kobj kobject 128\n"
	"  random ulong 192\n"
	"  node ptr[1024] 224\n";

#define SLAB_7_0						\
	COUNTER_BITS						\
	"struct (pair) 16\n"					\
	"  freelist ptr 0\n"					\
	"  - (counters) 8\n"					\
	"union (both) 16\n"					\
	"  - (pair) 0\n"					\
	"struct freelist_counters 16\n"				\
	"  - (both) 0\n"					\
	"struct (used) 32\n"					\
	"  slab_list list_head 0\n"				\
	"  - freelist_counters 16\n"				\
	"union (words) 32\n"					\
	"  - (used) 0\n"					\
	"  callback_head callback_head 0\n"			\
	"struct slab 64\n"					\
	"  flags ulong 0\n"					\
	"  slab_cache ptr 8\n"					\
	"  - (words) 16\n"					\
	"  __page_type uint 48\n"				\
	"  obj_exts ulong 56\n"

#define CACHE_7_0						\
	"  cpu_sheaves ptr 0\n"					\
	"  flags slab_flags_t 8\n"				\
	"  size uint 24\n"					\
	"  object_size uint 28\n"				\
	"  offset uint 40\n"					\
	"  sheaf_capacity uint 44\n"				\
	"  oo kmem_cache_order_objects 48\n"			\
	"  min kmem_cache_order_objects 52\n"			\
	"  red_left_pad uint 80\n"				\
	"  name ptr 88\n"					\
	"  kobj kobject 112\n"					\
	"  random ulong 176\n"

static const char sheaves_7_0[] =
	COMMON SLAB_7_0 SHEAVES NODE(72)
	"  barn ptr 64\n"
	"struct kmem_cache 8400\n"
	CACHE_7_0
	"  node ptr[1024] 208\n";

static const char sheaves_7_3[] =
	COMMON SLAB_7_0 SHEAVES NODE(64)
	"struct kmem_cache_per_node_ptrs 16\n"
	"  barn ptr 0\n"
	"  node ptr 8\n"
	"struct kmem_cache 16592\n"
	CACHE_7_0
	"  per_node kmem_cache_per_node_ptrs[1024] 208\n";

#define CPU	(SLW_CAP_CPU_SLAB | SLW_CAP_HARDENED)
#define SHEAF	(SLW_CAP_SHEAVES | SLW_CAP_BARN | SLW_CAP_HARDENED)

const struct era eras[] = {
	{ "page 5.10", page_5_10,
	  CPU | SLW_CAP_CPU_PARTIAL | SLW_CAP_SLAB_PAGE },
	{ "page without cpu partial", page_nopartial, CPU | SLW_CAP_SLAB_PAGE },
	{ "slab 6.1", slab_6_1, CPU | SLW_CAP_CPU_PARTIAL },
	{ "slab 6.12", slab_6_12, CPU | SLW_CAP_CPU_PARTIAL },
	{ "slab+sheaves 6.18", both_6_18, CPU | SHEAF | SLW_CAP_CPU_PARTIAL },
	{ "sheaves 7.0", sheaves_7_0, SHEAF },
	{ "sheaves 7.3", sheaves_7_3, SHEAF | SLW_CAP_PER_NODE },
};

const int nr_eras = ARRAY_SIZE(eras);
