# Made from the tool's option table; BLESS=1 cargo test -p pcmk-cli --test generated
complete -c crm_rule -f
complete -c crm_rule -s 'c' -l check -d 'Check whether rules are in effect'
complete -c crm_rule -s 'X' -l xml-text -r -f -d 'Check rules of this CIB ("-" is standard input) instead of the cluster\'s'
complete -c crm_rule -s 'd' -l date -r -f -d 'Check at this time instead of now'
complete -c crm_rule -s 'r' -l rule -r -f -d 'The rule to check (may be repeated)'
complete -c crm_rule -s '?' -l help -d 'Show this text'
complete -c crm_rule -l help-all -d 'Show all options'
complete -c crm_rule -s '$' -l version -d 'Show the version'
complete -c crm_rule -s 'V' -l verbose -d 'Show more messages (may be repeated)'
complete -c crm_rule -l output-as -r -f -a 'text xml none' -d 'Format of the output'
complete -c crm_rule -l output-to -r -F -d 'Write output to a file ("-" is standard output)'
