import { type CollectionTag, type ScalarTag, YAMLMap, type YAMLSeq } from 'yaml';

const functions = ['Base64', 'Cidr', 'FindInMap', 'GetAZs', 'ImportValue', 'Join', 'Select', 'Split', 'Sub']
  .concat(['And', 'Equals', 'If', 'Not', 'Or'])
  .map((name): [tag: string, name: string] => [`!${name}`, `Fn::${name}`]);
const names: [tag: string, name: string][] = [
  ...functions,
  ['!Ref', 'Ref'],
  ['!GetAtt', 'Fn::GetAtt'],
  ['!Condition', 'Condition'],
];

function longForm(name: string, argument: YAMLMap | YAMLSeq): YAMLMap {
  const map = new YAMLMap();
  map.set(name, argument);
  return map;
}

/**
 * YAML tags for CloudFormation's short function forms: `!Sub x` reads as `{ "Fn::Sub": "x" }`.
 * Source: CloudFormation user guide, intrinsic function reference.
 */
export const shortFormTags = names.flatMap(([tag, name]): (ScalarTag | CollectionTag)[] => [
  { tag, resolve: (text) => ({ [name]: text }) },
  { tag, collection: 'seq', resolve: (items: YAMLSeq | YAMLMap) => longForm(name, items) },
  { tag, collection: 'map', resolve: (items: YAMLSeq | YAMLMap) => longForm(name, items) },
]);
