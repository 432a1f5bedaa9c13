/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The running kernel's BTF -> slw_layout.
 */
#ifndef _SLUBWATCH_LAYOUT_BTF_H
#define _SLUBWATCH_LAYOUT_BTF_H

/**
 * slw_layout_init() - read /sys/kernel/btf/vmlinux and resolve every member
 *
 * Context: process, at load.
 * Return: 0; otherwise an errno, and the log says what is missing.
 */
int slw_layout_init(void);

#endif /* _SLUBWATCH_LAYOUT_BTF_H */
