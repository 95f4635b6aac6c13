/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/users/secret.h"

#include <crypt.h>
#include <string.h>

#define DES_HASH_LENGTH 13

struct _Secret
{
  char *text; /* (owned) the hash, or the password */
  guint cost_group;
};

/* The kinds of hash by their first bytes; the row is the cost group. */
static const char *const hash_prefixes[SECRET_COST_GROUPS] = {
  NULL,                                  /* clear */
  "$1$", "$5$", "$6$", "$2", "$y$", "$", /* any other */
  "",                                    /* DES */
};

typedef struct
{
  const char *name;
  const char *prefix; /* what the hash begins with; NULL: no hash, but the password itself */
} Scheme;

static const Scheme schemes[] = {
  { "PLAIN", NULL },         { "CLEAR", NULL },      { "CLEARTEXT", NULL },
  { "CRYPT", "" },           { "MD5-CRYPT", "$1$" }, { "SHA256-CRYPT", "$5$" },
  { "SHA512-CRYPT", "$6$" }, { "BLF-CRYPT", "$2" },  { "YESCRYPT", "$y$" },
  { "DES-CRYPT", "" },
};

/* Returns the scheme and leaves @text behind its name. */
static const Scheme *
take_scheme (const char **text)
{
  const char *close = strchr (*text, '}');
  gsize length;

  if ((*text)[0] != '{')
    {
      static const Scheme bare = { "CRYPT", "" };
      return &bare;
    }
  if (close == NULL)
    return NULL;
  length = close - *text - 1;
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (strlen (schemes[i].name) == length
        && g_ascii_strncasecmp (schemes[i].name, *text + 1, length) == 0)
      {
        *text = close + 1;
        return &schemes[i];
      }
  return NULL;
}

static gboolean
can_check_hash (const char *hash)
{
  int salt;

  /* Any two letters are a salt of DES; only the length tells a hash from a word. */
  if (hash[0] != '$' && strlen (hash) != DES_HASH_LENGTH)
    return FALSE;
  salt = crypt_checksalt (hash);
  return salt == CRYPT_SALT_OK || salt == CRYPT_SALT_METHOD_LEGACY || salt == CRYPT_SALT_TOO_CHEAP;
}

static guint
cost_group_of (const char *hash)
{
  guint group = 1;

  while (!g_str_has_prefix (hash, hash_prefixes[group]))
    group++;
  return group;
}

Secret *
secret_parse (const char *text)
{
  const Scheme *scheme = take_scheme (&text);
  Secret *secret;

  if (scheme == NULL || text[0] == '\0')
    return NULL;
  if (scheme->prefix != NULL
      && (!g_str_has_prefix (text, scheme->prefix) || !can_check_hash (text)))
    return NULL;

  secret = g_new (Secret, 1);
  secret->text = g_strdup (text);
  secret->cost_group = scheme->prefix == NULL ? 0 : cost_group_of (text);
  return secret;
}

void
secret_free (Secret *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret->text, strlen (secret->text));
  g_free (secret->text);
  g_free (secret);
}

guint
secret_cost_group (const Secret *secret)
{
  return secret->cost_group;
}

gboolean
secret_is_clear (const Secret *secret)
{
  return secret->cost_group == 0;
}

char *
secret_hash (const char *password)
{
  struct crypt_data *data = g_new0 (struct crypt_data, 1);
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];
  char *text = NULL;

  /* No prefix: the method that the library prefers; no bytes: random ones of the system. */
  if (crypt_gensalt_rn (NULL, 0, NULL, 0, salt, sizeof salt) != NULL)
    {
      const char *hash = crypt_r (password, salt, data);
      if (hash != NULL && hash[0] != '*')
        text = g_strconcat ("{CRYPT}", hash, NULL);
    }
  explicit_bzero (data, sizeof *data);
  g_free (data);
  return text;
}

char *
secret_clear (const char *password)
{
  return g_strconcat ("{PLAIN}", password, NULL);
}

/* In a time that does not tell where they differ. */
static gboolean
is_same (const char *secret, const char *other)
{
  gsize length = strlen (secret), other_length = strlen (other);
  guint8 difference = length != other_length;

  for (gsize i = 0; i < other_length; i++)
    difference |= other[i] ^ secret[length > 0 ? i % length : 0];
  return difference == 0;
}

static gboolean
check_hash (const char *hash, const char *password)
{
  struct crypt_data *data
      = g_new0 (struct crypt_data, 1); /* 32 KiB: too much for a thread's stack */
  const char *result = crypt_r (password, hash, data);
  gboolean right = result != NULL && result[0] != '*' && is_same (hash, result);

  explicit_bzero (data, sizeof *data);
  g_free (data);
  return right;
}

gboolean
secret_check_password (const Secret *secret, const char *password)
{
  return secret->cost_group == 0 ? is_same (secret->text, password)
                                 : check_hash (secret->text, password);
}

gboolean
secret_check_apop (const Secret *secret, const char *timestamp, const char *digest)
{
  g_autoptr (GChecksum) md5 = NULL;

  if (secret->cost_group != 0)
    return FALSE;
  md5 = g_checksum_new (G_CHECKSUM_MD5);
  g_checksum_update (md5, (const guchar *) timestamp, -1);
  g_checksum_update (md5, (const guchar *) secret->text, -1);
  return is_same (g_checksum_get_string (md5), digest);
}
