/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * domain_name_to_ascii:
 * @text: (array length=length): a domain with labels in any script: "bücher.example"
 *
 * Writes a domain as DNS knows it, with A-labels (RFC 5890, 5891): "xn--bcher-kva.example". Upper
 * case and full-width forms are mapped as Unicode's TR46 says, without its transitional rules: "ß"
 * is a letter of its own. A domain of ASCII alone comes back in lower case.
 *
 * Returns: (transfer full): the name; %NULL when @text is not UTF-8, or a label is none that DNS
 * could have. Whether the ASCII in it is that of a host name is the caller's to look at.
 */
char *domain_name_to_ascii (const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
