// SPDX-License-Identifier: GPL-2.0
/*
 * slubwatch_edu - lets a device write where it should not, as a controller does
 * whose buffer was freed too early.  No CPU executes a store, so nothing that
 * watches stores can see it: KASAN and KFENCE are blind here.
 *
 * The device is QEMU's "edu" (-device edu,dma_mask=0xffffffffffff).  Module
 * parameter, in /sys/module/slubwatch_edu/parameters/:
 *
 *	write	write "ADDRESS WORD": the device writes the four bytes of WORD, lowest
 *		first, to that address of the direct map
 *
 * Errors: -EINVAL not two hexadecimal numbers, or no such memory; -ENODEV no
 * such device; -ETIMEDOUT it does not answer.
 */
#include <linux/dma-mapping.h>
#include <linux/iopoll.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>

/* docs/specs/edu in QEMU's source: registers, and the buffer it copies by. */
#define EDU_DMA_SRC	0x80
#define EDU_DMA_DST	0x88
#define EDU_DMA_COUNT	0x90
#define EDU_DMA_CMD	0x98
#define EDU_DMA_START	BIT(0)
#define EDU_DMA_TO_RAM	BIT(1)
#define EDU_BUFFER	0x40000

/* A transfer takes the device 100 ms. */
#define POLL_US		2000
#define TIMEOUT_US	(10 * USEC_PER_SEC)

/**
 * struct edu - the device
 * @regs:	its registers
 * @word:	what it is to write, where it can fetch it
 * @word_at:	the same, as it sees it
 */
struct edu {
	void __iomem *regs;
	__le32 *word;
	dma_addr_t word_at;
};

static struct edu *edu;		/* kernel_param_lock() of this module */

static int transfer(u64 from, u64 to, u32 cmd)
{
	u32 state;

	writeq(from, edu->regs + EDU_DMA_SRC);
	writeq(to, edu->regs + EDU_DMA_DST);
	writeq(sizeof(*edu->word), edu->regs + EDU_DMA_COUNT);
	writel(cmd | EDU_DMA_START, edu->regs + EDU_DMA_CMD);
	return readl_poll_timeout(edu->regs + EDU_DMA_CMD, state,
				  !(state & EDU_DMA_START), POLL_US, TIMEOUT_US);
}

/* The second address was mapped for nobody: it is what a stale one looks like. */
static int set_write(const char *val, const struct kernel_param *kp)
{
	unsigned long addr;
	u32 word;
	int err;

	if (sscanf(val, "%lx %x", &addr, &word) != 2 ||
	    !virt_addr_valid((void *)addr) || offset_in_page(addr) > PAGE_SIZE - 4)
		return -EINVAL;
	if (!edu)
		return -ENODEV;
	*edu->word = cpu_to_le32(word);
	err = transfer(edu->word_at, EDU_BUFFER, 0);
	return err ?: transfer(EDU_BUFFER, virt_to_phys((void *)addr),
			       EDU_DMA_TO_RAM);
}

static const struct kernel_param_ops write_ops = {
	.set = set_write,
};

module_param_cb(write, &write_ops, NULL, 0200);
MODULE_PARM_DESC(write, "ADDRESS WORD: the device writes there");

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *e = devm_kzalloc(&pdev->dev, sizeof(*e), GFP_KERNEL);
	int err;

	if (!e)
		return -ENOMEM;
	err = pcim_enable_device(pdev);
	if (err)
		return err;
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(48));
	if (err)
		return err;
	e->regs = pcim_iomap(pdev, 0, 0);
	e->word = dmam_alloc_coherent(&pdev->dev, sizeof(*e->word), &e->word_at,
				      GFP_KERNEL);
	if (!e->regs || !e->word)
		return -ENOMEM;
	pci_set_master(pdev);
	kernel_param_lock(THIS_MODULE);
	edu = e;
	kernel_param_unlock(THIS_MODULE);
	return 0;
}

static void edu_remove(struct pci_dev *pdev)
{
	kernel_param_lock(THIS_MODULE);
	edu = NULL;
	kernel_param_unlock(THIS_MODULE);
	pci_clear_master(pdev);
}

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{}
};
MODULE_DEVICE_TABLE(pci, ids);

static struct pci_driver edu_driver = {
	.name = "slubwatch_edu",
	.id_table = ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_driver);

MODULE_DESCRIPTION("Lets QEMU's edu device write where it should not, to test slubwatch");
MODULE_LICENSE("GPL");
MODULE_INFO(test, "Y");
