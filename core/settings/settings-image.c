/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-image.h"

#include <string.h>

#include "core/settings/network-set.h"
#include "core/settings/setting-value.h"
#include "core/settings/settings-variant.h"

/* The length of the values, the values, then the blocks that they tell the places of. The value of a
 * list of networks is a PLACES: where its rows begin, how many there are, where its set begins, and
 * that one's bytes. */
#define VALUES_TYPE "(ta{sv})"
#define PLACES_TYPE "(tttt)"
#define ALIGNMENT 8
#define PREFIX_MAX 128

typedef guint64 ValuesLength;

static gsize
align (gsize place)
{
  return (place + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* --- Writing --- */

/* Returns: where the block begins, counted from the first one */
static gsize
add_block (GByteArray *blocks, gconstpointer bytes, gsize length)
{
  const guint8 padding[ALIGNMENT] = { 0 };
  gsize place = blocks->len;

  g_byte_array_append (blocks, bytes, (guint) length);
  g_byte_array_append (blocks, padding, (guint) (align (length) - length));
  return place;
}

static GVariant *
encode_networks (const NetworkList *networks, GByteArray *blocks)
{
  g_autoptr (NetworkSet) set = network_set_new (networks);
  gsize set_size;
  gconstpointer set_bytes = g_bytes_get_data (network_set_bytes (set), &set_size);
  gsize rows = add_block (blocks, networks->rows, networks->length * sizeof (IpNetwork));
  gsize look_up = add_block (blocks, set_bytes, set_size);

  return g_variant_new (PLACES_TYPE, (guint64) rows, (guint64) networks->length, (guint64) look_up,
                        (guint64) set_size);
}

static GVariant *
encode_values (const Settings *settings, GByteArray *blocks)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gsize length;
  const Setting *table = setting_table (&length);

  for (gsize i = 0; i < length; i++)
    g_variant_builder_add (&builder, "{sv}", table[i].name,
                           table[i].kind == SETTING_NETWORKS
                               ? encode_networks (setting_member (&table[i], settings), blocks)
                               : settings_variant_of (&table[i], settings));
  return g_variant_new ("(t@a{sv})", settings->revision, g_variant_builder_end (&builder));
}

GBytes *
settings_image_encode (const Settings *settings)
{
  g_autoptr (GByteArray) blocks = g_byte_array_new ();
  g_autoptr (GVariant) values = g_variant_ref_sink (encode_values (settings, blocks));
  ValuesLength values_length = g_variant_get_size (values);
  gsize begin = align (sizeof values_length + values_length);
  guint8 *image = g_malloc0 (begin + blocks->len);

  memcpy (image, &values_length, sizeof values_length);
  g_variant_store (values, image + sizeof values_length);
  memcpy (image + begin, blocks->data, blocks->len);
  return g_bytes_new_take (image, begin + blocks->len);
}

/* --- Reading --- */

typedef struct
{
  GBytes *blocks; /* (owned): all behind the values */
  GVariant *values;
} Image;

/* Returns: (transfer full): the block; NULL where it would not be inside */
static GBytes *
block_at (const Image *image, guint64 place, guint64 length)
{
  gsize size = g_bytes_get_size (image->blocks);

  if (place > size || length > size - place)
    return NULL;
  return g_bytes_new_from_bytes (image->blocks, place, length);
}

static gboolean
rows_are_sound (const IpNetwork *rows, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (rows[i].prefix > PREFIX_MAX)
      return FALSE;
  return TRUE;
}

static gboolean
decode_networks (const Image *image, GVariant *places, NetworkList *networks)
{
  guint64 rows, length, set, set_size;
  g_autoptr (GBytes) set_bytes = NULL;

  g_variant_get (places, PLACES_TYPE, &rows, &length, &set, &set_size);
  if (length > G_MAXUINT32)
    return FALSE;
  network_list_clear (networks);
  networks->memory = block_at (image, rows, length * sizeof (IpNetwork));
  set_bytes = block_at (image, set, set_size);
  if (networks->memory == NULL || set_bytes == NULL)
    return FALSE;
  networks->set = network_set_new_from_bytes (set_bytes);
  networks->rows = g_bytes_get_data (networks->memory, NULL);
  networks->length = length;
  return networks->set != NULL && rows_are_sound (networks->rows, length);
}

static gboolean
decode_rows (const Setting *setting, GVariant *value, Settings *settings)
{
  gsize length;
  g_autofree const char **texts = g_variant_get_strv (value, &length);
  g_autofree ListRow *rows = g_new (ListRow, length);

  /* The texts are in their normal form already. */
  for (gsize i = 0; i < length; i++)
    if (setting->kind != SETTING_ENDPOINTS)
      rows[i].text = g_strdup (texts[i]);
    else if (!endpoint_parse (texts[i], &rows[i].endpoint))
      return FALSE;
  setting_value_set_rows (setting, rows, length, settings);
  return TRUE;
}

static gboolean
decode_scalar (const Setting *setting, GVariant *value, Settings *settings)
{
  g_autofree char *text = setting_value_text (value);
  g_autofree char *fault = setting_value_read (setting, text, settings);

  return fault == NULL;
}

/* The values stand in the order of the table. */
static gboolean
decode_setting (const Image *image, gsize index, const Setting *setting, Settings *settings)
{
  gboolean is_networks = setting->kind == SETTING_NETWORKS;
  const GVariantType *type
      = is_networks ? G_VARIANT_TYPE (PLACES_TYPE) : settings_variant_type (setting->kind);
  g_autoptr (GVariant) value = NULL;
  g_autofree char *name = NULL;

  g_variant_get_child (image->values, index, "{sv}", &name, &value);
  if (!g_str_equal (name, setting->name) || !g_variant_is_of_type (value, type))
    return FALSE;
  if (is_networks)
    return decode_networks (image, value, (gpointer) setting_member (setting, settings));
  return schema_is_list (setting->kind) ? decode_rows (setting, value, settings)
                                        : decode_scalar (setting, value, settings);
}

static Settings *
decode (const Image *image, guint64 revision)
{
  g_autoptr (Settings) settings = settings_new_default ();
  gsize length;
  const Setting *table = setting_table (&length);

  if (g_variant_n_children (image->values) != length)
    return NULL;
  for (gsize i = 0; i < length; i++)
    if (!decode_setting (image, i, &table[i], settings))
      return NULL;
  settings->revision = revision;
  return g_steal_pointer (&settings);
}

Settings *
settings_image_decode (GBytes *bytes)
{
  gsize size;
  const guint8 *begin = g_bytes_get_data (bytes, &size);
  ValuesLength values_length;
  gsize head;
  guint64 revision;
  g_autoptr (GVariant) pair = NULL;
  g_autoptr (GBytes) values_bytes = NULL;
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GBytes) blocks = NULL;

  if (size < sizeof values_length)
    return NULL;
  memcpy (&values_length, begin, sizeof values_length);
  if (values_length > size - sizeof values_length)
    return NULL;
  head = MIN (align (sizeof values_length + values_length), size);
  values_bytes = g_bytes_new_from_bytes (bytes, sizeof values_length, values_length);
  pair = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (VALUES_TYPE), values_bytes, FALSE));
  g_variant_get (pair, "(t@a{sv})", &revision, &values);
  blocks = g_bytes_new_from_bytes (bytes, head, size - head);
  return decode (&(Image){ blocks, values }, revision);
}
