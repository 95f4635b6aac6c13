/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** A certificate and its key, in PEM form: a row of security.certificates. */
typedef struct
{
  char *certificate; /* (owned) the file with the certificate and those of its issuers */
  char *key;         /* (owned) the file with the private key; may be the same */
} CertificateFiles;

/**
 * Reads "CERTIFICATE-FILE" or "CERTIFICATE-FILE KEY-FILE"; a blank in a name has a backslash in
 * front of it. Returns FALSE, and leaves @files alone, for anything else.
 */
gboolean certificate_files_parse (const char *text,
                                  CertificateFiles *files) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the row in its normal form */
char *certificate_files_to_text (const CertificateFiles *files);

/** Lets relative names start at @folder, which must be absolute. */
void certificate_files_make_absolute (CertificateFiles *files, const char *folder);

void certificate_files_clear (CertificateFiles *files);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CertificateFiles, certificate_files_clear)
