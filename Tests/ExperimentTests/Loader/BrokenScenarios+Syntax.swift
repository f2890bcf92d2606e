extension BrokenScenarios {
    /// Files that are no scenario at all.
    static let syntax = #"""
        === emptyFile
        >>>
        1:1 error: the file is empty
            hint: a scenario begins with `schema: 1`
        === onlyComments
        # nothing
        >>>
        1:1 error: the file is empty
            hint: a scenario begins with `schema: 1`
        === listAtTheTop
        - schema: 1
        >>>
        1:1 error: a scenario is a mapping of keys to values, not a list
        === textAtTheTop
        hello
        >>>
        1:1 error: a scenario is a mapping of keys to values, not `hello`
        === tab
        schema: 1
        nva:
        \#tdelay: 1 ms
        >>>
        3:1 error: this line is indented with a tab
            hint: YAML allows only spaces
        === unclosedBrace
        schema: 1
        nva: {delay: 1 ms
        name: a
        >>>
        3:5 error: not valid YAML: did not find expected ',' or '}' (while parsing a flow mapping that begins at 2:6)
            hint: is a comma or a closing bracket missing?
        === unquotedBrackets
        schema: 1
        overlay: {networks: [{name: blue, vni: 5001}]}
        vms:
          - {name: web, network: blue, at: leaf5/host2}
          - {name: client, count: 8, network: blue}
        moves: [{vm: client[3], to: leaf1/host1, at: 1 ms, downtime: 1 ms}]
        >>>
        6:20 error: not valid YAML: did not find expected ',' or '}' (while parsing a flow mapping that begins at 6:9)
            hint: inside `{…}` and `[…]` a text with brackets needs quotes: `"client[3]"`
        === badIndent
        schema: 1
        nva:
          delay: 1 ms
         at: leaf1/host1
        >>>
        4:2 error: not valid YAML: did not find expected key (while parsing a block mapping that begins at 1:1)
        === twoDocuments
        schema: 1
        ---
        name: b
        >>>
        2:1 error: a second document begins here: a file holds one scenario
        === unknownAlias
        schema: 1
        nva: *base
        >>>
        2:6 error: not valid YAML: found undefined alias
        === controlCharacter
        schema: 1
        name: a\#u{1}b
        >>>
        2:8 error: the character U+0001 is not allowed in a text file
        === nestedTooDeeply
        schema: 1
        x-a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
          [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
          ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
        >>>
        3:32 error: the file is nested too deeply
        === mergeKeyOfAScalar
        schema: 1
        nva: {<<: 5}
        >>>
        2:11 error: `<<` takes a mapping, not `5`
            hint: an alias such as `*base`, or a list of them
        === schemaMissing
        name: a
        >>>
        1:1 error: the key `schema` is missing
            hint: begin the file with `schema: 1`
        === schemaNotFirst
        name: a
        schema: 1
        >>>
        2:1 error: `schema` must be the first key
            hint: move `schema: 1` to the top of the file
        === schemaOfTheFuture
        schema: 2
        unknown: 3
        >>>
        1:9 error: this program reads schema 1, not 2
        === schemaNoNumber
        schema: one
        >>>
        1:9 error: `schema` must be 1, not `one`
        """#
}
