// SPDX-License-Identifier: GPL-2.0
/*
 * The running kernel's BTF -> slw_layout: see layout_btf.h.
 */
#include "memory/layout_btf.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/mm.h>

#include "compat.h"
#include "core/btf.h"
#include "core/layout.h"
#include "memory/cache.h"

#define BTF_FILE	"/sys/kernel/btf/vmlinux"
/* Far above any vmlinux: 5 MB in 6.1, 7 MB in 7.3. */
#define BTF_MAX		(64 << 20)

static void * __init read_whole(struct file *file, size_t len)
{
	void *data = kvmalloc(len, GFP_KERNEL);
	ssize_t got;
	loff_t pos = 0;

	if (!data)
		return ERR_PTR(-ENOMEM);
	while (pos < len) {
		got = kernel_read(file, data + pos, len - pos, &pos);
		if (got <= 0) {
			kvfree(data);
			return ERR_PTR(got ?: -EIO);
		}
	}
	return data;
}

/*
 * filp_open() and kernel_read(), not kernel_read_file_from_path(): that asks
 * the security modules about a purpose, and IPE warns of an unknown one.
 */
static void * __init read_btf(size_t *len)
{
	struct file *file = filp_open(BTF_FILE, O_RDONLY, 0);
	void *data;

	if (IS_ERR(file)) {
		pr_err("slubwatch: cannot open " BTF_FILE " (%ld): no BTF, or no /sys\n",
		       PTR_ERR(file));
		return file;
	}
	*len = i_size_read(file_inode(file));
	data = *len && *len <= BTF_MAX ? read_whole(file, *len) :
					 ERR_PTR(-EFBIG);
	if (IS_ERR(data))
		pr_err("slubwatch: cannot read " BTF_FILE " (%ld)\n",
		       PTR_ERR(data));
	fput(file);
	return data;
}

static int __init resolve(struct slw_btf *btf)
{
	struct slw_layout_error err;
	struct slw_btf_error btf_err;
	u32 *index = kvmalloc_array(btf->nr_types, sizeof(*index), GFP_KERNEL);
	int ret;

	if (!index)
		return -ENOMEM;
	ret = slw_btf_index(btf, index, btf->nr_types, &btf_err);
	if (ret) {
		pr_err("slubwatch: " BTF_FILE ": %s\n", btf_err.what);
	} else {
		ret = slw_layout_resolve(btf, &slw_layout, &err);
		if (ret)
			pr_err("slubwatch: this kernel is not understood: %s\n",
			       err.what);
	}
	kvfree(index);
	return ret;
}

/*
 * What is used by its C type must be what the headers say: a module built
 * against other headers than the kernel's must not take its locks.
 */
static int __init cross_check(void)
{
	const struct {
		const char *what;
		int btf;
		size_t header;
	} sizes[] = {
		{ "struct kobject", slw_layout.cache.kobj_size,
		  sizeof(struct kobject) },
		{ "kmem_cache_node.list_lock", slw_layout.node.list_lock_size,
		  sizeof(slw_list_lock_t) },
#ifdef local_trylock_irqsave
		{ "slub_percpu_sheaves.lock",
		  slw_has_cap(SLW_CAP_SHEAVES) ? slw_layout.pcs.lock_size :
						 sizeof(local_trylock_t),
		  sizeof(local_trylock_t) },
#endif
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (sizes[i].btf == sizes[i].header)
			continue;
		pr_err("slubwatch: %s has %d bytes in this kernel, %zu in the headers slubwatch was built with\n",
		       sizes[i].what, sizes[i].btf, sizes[i].header);
		return -EINVAL;
	}
	return 0;
}

int __init slw_layout_init(void)
{
	struct slw_btf_error err;
	struct slw_btf btf;
	size_t len;
	void *data = read_btf(&len);
	int ret;

	if (IS_ERR(data))
		return PTR_ERR(data);
	ret = slw_btf_open(&btf, data, len, &err);
	if (ret)
		pr_err("slubwatch: " BTF_FILE ": %s\n", err.what);
	else
		ret = resolve(&btf);
	kvfree(data);
	return ret ?: cross_check();
}
