/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/mail/mail-address.h"

#include "servers/mail/domain-name.h"

#include <arpa/inet.h>
#include <string.h>

#define LABEL_MAX 63
#define DOMAIN_ENDS ",:> \t" /* in a path; and NUL */
#define ATOM_SPECIALS "!#$%&'*+-/=?^_`{|}~"

/* What is left to read; each read_ function moves it on only over what it understood. */
typedef struct
{
  const char *at;
  const char *end;
} Reader;

static gboolean
reader_is_at (const Reader *reader, char c)
{
  return reader->at < reader->end && *reader->at == c;
}

static gboolean
reader_skip (Reader *reader, char c)
{
  if (!reader_is_at (reader, c))
    return FALSE;
  reader->at++;
  return TRUE;
}

static gboolean
is_atom_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr (ATOM_SPECIALS, c) != NULL);
}

static gboolean
is_quotable (char c)
{
  return c >= ' ' && c <= '~';
}

static gboolean
is_ascii (char c)
{
  return (guchar) c < 0x80;
}

/* The length of a character beyond ASCII (RFC 6531, section 3.3); 0 for bytes that are none, and
 * for controls and whatever ends a line. */
static gsize
wide_length (const Reader *reader)
{
  gunichar character = g_utf8_get_char_validated (reader->at, reader->end - reader->at);

  if (character == (gunichar) -1 || character == (gunichar) -2)
    return 0;
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return 0;
    default:
      return g_utf8_next_char (reader->at) - reader->at;
    }
}

/* Moves over one character: any wide one, or one of ASCII that @is_fit. */
static gboolean
skip_char (Reader *reader, gboolean (*is_fit) (char c))
{
  gsize length = 0;

  if (reader->at < reader->end)
    length = !is_ascii (*reader->at) ? wide_length (reader) : is_fit (*reader->at) ? 1 : 0;
  reader->at += length;
  return length > 0;
}

static char *
read_dot_string (Reader *reader)
{
  const char *start = reader->at;

  do
    {
      if (!skip_char (reader, is_atom_char))
        return NULL;
      while (skip_char (reader, is_atom_char))
        ;
    }
  while (reader_skip (reader, '.'));

  return g_strndup (start, reader->at - start);
}

static char *
read_quoted_string (Reader *reader)
{
  g_autoptr (GString) content = g_string_new (NULL);

  if (!reader_skip (reader, '"'))
    return NULL;
  while (!reader_skip (reader, '"'))
    {
      reader_skip (reader, '\\');
      const char *start = reader->at;
      if (!skip_char (reader, is_quotable))
        return NULL;
      g_string_append_len (content, start, reader->at - start);
    }
  return g_string_free (g_steal_pointer (&content), FALSE);
}

static char *
read_local_part (Reader *reader)
{
  const char *start = reader->at;
  g_autofree char *local_part
      = reader_is_at (reader, '"') ? read_quoted_string (reader) : read_dot_string (reader);

  if (local_part == NULL || reader->at - start > MAIL_ADDRESS_LOCAL_PART_MAX)
    return NULL;
  return g_steal_pointer (&local_part);
}

/* A sub-domain: letters, digits and hyphens, no hyphen at either end. */
static gboolean
skip_label (Reader *reader)
{
  const char *start = reader->at;

  while (reader->at < reader->end && (g_ascii_isalnum (*reader->at) || *reader->at == '-'))
    reader->at++;
  return reader->at > start && reader->at - start <= LABEL_MAX && *start != '-'
         && reader->at[-1] != '-';
}

static char *
read_ascii_domain_name (Reader *reader)
{
  const char *start = reader->at;
  const char *name_end;

  for (;;)
    {
      if (!skip_label (reader))
        return NULL;
      name_end = reader->at;
      if (!reader_skip (reader, '.'))
        break;
      /* The root's dot: nothing of a name follows. */
      if (reader->at == reader->end
          || !(g_ascii_isalnum (*reader->at) || *reader->at == '-' || *reader->at == '.'))
        break;
    }

  if (name_end - start > MAIL_ADDRESS_DOMAIN_MAX)
    return NULL;
  return g_ascii_strdown (start, name_end - start);
}

/* A domain with letters beyond ASCII is written as DNS has it, and must be a name then. */
static char *
read_wide_domain_name (Reader *reader, const char *end)
{
  g_autofree char *ascii = domain_name_to_ascii (reader->at, end - reader->at);
  g_autofree char *domain = NULL;
  Reader inner;

  if (ascii == NULL)
    return NULL;
  inner = (Reader){ ascii, ascii + strlen (ascii) };
  domain = read_ascii_domain_name (&inner);
  if (domain == NULL || inner.at != inner.end)
    return NULL;
  reader->at = end;
  return g_steal_pointer (&domain);
}

static char *
read_domain_name (Reader *reader)
{
  const char *end = reader->at;
  gboolean is_wide = FALSE;

  for (; end < reader->end && (strchr (DOMAIN_ENDS, *end) == NULL); end++)
    is_wide |= !is_ascii (*end);
  return is_wide ? read_wide_domain_name (reader, end) : read_ascii_domain_name (reader);
}

/* The address is written anew, so that one host has one literal. */
static char *
read_address_literal (Reader *reader)
{
  static const char ipv6_tag[] = "IPv6:";
  const char *close = memchr (reader->at, ']', reader->end - reader->at);
  char text[INET6_ADDRSTRLEN + sizeof ipv6_tag];
  struct in6_addr address;
  gsize length;

  if (close == NULL || !reader_skip (reader, '['))
    return NULL;
  length = close - reader->at;
  if (length >= sizeof text || memchr (reader->at, '\0', length) != NULL)
    return NULL;
  memcpy (text, reader->at, length);
  text[length] = '\0';
  reader->at = close + 1;

  if (g_ascii_strncasecmp (text, ipv6_tag, strlen (ipv6_tag)) == 0)
    {
      if (inet_pton (AF_INET6, text + strlen (ipv6_tag), &address) != 1)
        return NULL;
      inet_ntop (AF_INET6, &address, text, sizeof text);
      return g_strdup_printf ("[ipv6:%s]", text);
    }
  if (inet_pton (AF_INET, text, &address) != 1)
    return NULL;
  return g_strdup_printf ("[%s]", text);
}

static MailAddress *
mail_address_new (char *local_part, char *domain)
{
  MailAddress *address = g_new (MailAddress, 1);

  address->local_part = local_part;
  address->domain = domain;
  return address;
}

static MailAddress *
read_mailbox (Reader *reader)
{
  g_autofree char *local_part = read_local_part (reader);
  g_autofree char *domain = NULL;

  if (local_part == NULL || !reader_skip (reader, '@'))
    return NULL;
  domain = reader_is_at (reader, '[') ? read_address_literal (reader) : read_domain_name (reader);
  if (domain == NULL)
    return NULL;
  return mail_address_new (g_steal_pointer (&local_part), g_steal_pointer (&domain));
}

/* "@a,@b:" is understood and forgotten. */
static gboolean
skip_source_route (Reader *reader)
{
  if (!reader_is_at (reader, '@'))
    return TRUE;
  do
    {
      g_autofree char *domain = NULL;

      if (!reader_skip (reader, '@'))
        return FALSE;
      domain = read_domain_name (reader);
      if (domain == NULL)
        return FALSE;
    }
  while (reader_skip (reader, ','));
  return reader_skip (reader, ':');
}

static MailAddress *
read_bare_postmaster (Reader *reader)
{
  static const char word[] = "postmaster";

  if ((gsize) (reader->end - reader->at) < strlen (word)
      || g_ascii_strncasecmp (reader->at, word, strlen (word)) != 0)
    return NULL;
  reader->at += strlen (word);
  return mail_address_new (g_strndup (reader->at - strlen (word), strlen (word)), g_strdup (""));
}

MailAddress *
mail_address_parse (const char *text, gsize length)
{
  Reader reader = { text, text + length };
  g_autoptr (MailAddress) address = NULL;

  if (memchr (text, '@', length) == NULL)
    address = read_bare_postmaster (&reader);
  else
    address = read_mailbox (&reader);
  if (address == NULL || reader.at != reader.end)
    return NULL;
  return g_steal_pointer (&address);
}

static MailAddress *
read_path_content (Reader *reader, MailPathKind kind)
{
  Reader bare = *reader;
  g_autoptr (MailAddress) postmaster = NULL;

  if (kind == MAIL_PATH_REVERSE && reader_is_at (reader, '>'))
    return mail_address_new (g_strdup (""), g_strdup (""));

  postmaster = kind == MAIL_PATH_FORWARD ? read_bare_postmaster (&bare) : NULL;
  if (postmaster != NULL && reader_is_at (&bare, '>'))
    {
      *reader = bare;
      return g_steal_pointer (&postmaster);
    }

  return skip_source_route (reader) ? read_mailbox (reader) : NULL;
}

MailAddress *
mail_address_parse_path (const char *text, gsize length, MailPathKind kind, gsize *taken)
{
  Reader reader = { text, text + length };
  g_autoptr (MailAddress) address = NULL;

  if (!reader_skip (&reader, '<'))
    return NULL;
  address = read_path_content (&reader, kind);
  if (address == NULL || !reader_skip (&reader, '>'))
    return NULL;
  *taken = reader.at - text;
  return g_steal_pointer (&address);
}

MailAddress *
mail_address_copy (const MailAddress *address)
{
  return mail_address_new (g_strdup (address->local_part), g_strdup (address->domain));
}

void
mail_address_free (MailAddress *address)
{
  if (address == NULL)
    return;
  g_free (address->local_part);
  g_free (address->domain);
  g_free (address);
}

gboolean
mail_address_is_null (const MailAddress *address)
{
  return address->local_part[0] == '\0' && address->domain[0] == '\0';
}

static gboolean
needs_quotes (const char *local_part)
{
  Reader reader = { local_part, local_part + strlen (local_part) };
  g_autofree char *plain = read_dot_string (&reader);

  return plain == NULL || reader.at != reader.end;
}

gboolean
mail_address_is_ascii (const MailAddress *address)
{
  return g_str_is_ascii (address->local_part);
}

char *
mail_address_to_string (const MailAddress *address)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (mail_address_is_null (address))
    return g_strdup ("");
  if (!needs_quotes (address->local_part))
    g_string_append (text, address->local_part);
  else
    {
      g_string_append_c (text, '"');
      for (const char *at = address->local_part; *at != '\0'; at++)
        {
          if (*at == '"' || *at == '\\')
            g_string_append_c (text, '\\');
          g_string_append_c (text, *at);
        }
      g_string_append_c (text, '"');
    }
  if (address->domain[0] != '\0')
    {
      g_string_append_c (text, '@');
      g_string_append (text, address->domain);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
