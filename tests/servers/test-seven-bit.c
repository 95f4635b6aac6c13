/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/seven-bit.h"

#include <string.h>

#define UMLAUT "\xc3\xbc"

/* Returns: (transfer full) (nullable) */
static char *
convert (const char *text)
{
  g_autoptr (GBytes) content = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) converted = seven_bit_convert (content);
  gsize length;
  const char *bytes = converted != NULL ? g_bytes_get_data (converted, &length) : NULL;
  return bytes != NULL ? g_strndup (bytes, length) : NULL;
}

/* The header stays as it was, byte for byte, but for the encoding. */
static void
test_text (void)
{
  g_autofree char *got = convert ("Received: from x\r\n\tby y\r\nSubject:odd   spaces\r\n"
                                  "From: J" UMLAUT "rg <j@a.example>\r\nMIME-Version: 1.0\r\n"
                                  "Content-Type: text/plain;\r\n charset=utf-8\r\n"
                                  "Content-Transfer-Encoding: 8bit\r\n\r\n"
                                  "A line that is mostly ASCII, = and one " UMLAUT "\r\n"
                                  "\r\n.dot, and blanks at the end  \r\nno end");
  g_assert_cmpstr (got, ==,
                   "Received: from x\r\n\tby y\r\nSubject:odd   spaces\r\n"
                   "From: J" UMLAUT "rg <j@a.example>\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: text/plain;\r\n charset=utf-8\r\n"
                   "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                   "A line that is mostly ASCII, =3D and one =C3=BC\r\n"
                   "\r\n.dot, and blanks at the end =20\r\nno end\r\n");
}

/* Without MIME it becomes a message with it. */
static void
test_no_mime (void)
{
  g_autofree char *got
      = convert ("Subject: x\r\n\r\nA line that is mostly ASCII, and one " UMLAUT "\r\n");
  g_assert_nonnull (strstr (got, "MIME-Version: 1.0\r\n"));
  g_assert_nonnull (strstr (got, "Content-Transfer-Encoding: quoted-printable\r\n"));
  g_assert_nonnull (strstr (got, "and one =C3=BC\r\n"));
}

static void
test_parts (void)
{
  g_autofree char *got = convert (
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n"
      "Content-Transfer-Encoding: 8bit\r\n\r\nPreamble\r\n--b\r\n"
      "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
      "<p>mostly ASCII, and one " UMLAUT "</p>\r\n--b\r\n"
      "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      "AAECAw==\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
      "Subject: inner\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: 8bit\r\n\r\nmostly ASCII, too, and one " UMLAUT "\r\n"
      "\r\n--b--\r\n");
  g_assert_nonnull (got);
  g_assert_true (g_str_is_ascii (got));
  g_assert_nonnull (strstr (got, "\r\n\r\nPreamble\r\n--b\r\n"));
  g_assert_nonnull (strstr (got, "\r\nAAECAw==\r\n"));
  g_assert_nonnull (strstr (got, "<p>mostly ASCII, and one =C3=BC</p>\r\n"));
  g_assert_nonnull (strstr (got, "mostly ASCII, too, and one =C3=BC\r\n"));
  g_assert_nonnull (strstr (got, "boundary=\"b\"\r\nContent-Transfer-Encoding: 7bit\r\n"));
}

/* A signature would not fit any more. */
static void
test_signed (void)
{
  g_assert_null (convert ("MIME-Version: 1.0\r\n"
                          "Content-Type: multipart/signed; boundary=b; micalg=pgp-sha256;\r\n"
                          " protocol=\"application/pgp-signature\"\r\n\r\n--b\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\n"
                          "Content-Transfer-Encoding: 8bit\r\n\r\n" UMLAUT "\r\n--b\r\n"
                          "Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n"));
}

/* Parts in parts in parts. */
static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 10000; i++)
    g_string_append (text, "Content-Type: message/rfc822\r\n\r\n");
  g_string_append (text, "\r\n" UMLAUT "\r\n");
  g_autofree char *got = convert (text->str);
  g_assert_true (got == NULL || g_str_is_ascii (got));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seven-bit/text", test_text);
  g_test_add_func ("/seven-bit/no-mime", test_no_mime);
  g_test_add_func ("/seven-bit/parts", test_parts);
  g_test_add_func ("/seven-bit/signed", test_signed);
  g_test_add_func ("/seven-bit/depth", test_depth);
  return g_test_run ();
}
