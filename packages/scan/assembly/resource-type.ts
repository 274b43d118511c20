/** The type of the resources that have rows. */
export class ResourceType {
  /** Place of the key `resourceType` in the trie. */
  static key: u32 = 0;
  static name: usize = 0;
}
