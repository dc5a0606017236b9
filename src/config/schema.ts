import { type Setting, type SettingKey, settings } from './settings.ts';

/**
 * The JSON schema (draft-07, which editors know best) of lbc-setup.yaml, made from the table that checks it. It knows
 * the form of every value; what it cannot know, whether values fit each other or the world, is checked when they are used.
 */
export function configSchema(): object {
  const table: Record<SettingKey, Setting> = settings;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'lbc-setup.yaml',
    description: 'Settings of lbc-setup',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.values(table).map(({ key, description, accepts, default: fallback, pattern, list }) => {
        const text = { type: 'string', pattern: pattern.source };
        const form = list ? { anyOf: [text, { type: 'array', minItems: 1, items: list.items }] } : text;
        return [
          key,
          {
            ...form,
            description: `${description}; ${accepts}`,
            ...(fallback !== undefined && { default: fallback }),
          },
        ];
      }),
    ),
  };
}
