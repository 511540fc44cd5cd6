# Made from the tool's option table; BLESS=1 cargo test -p pcmk-cli --test generated
complete -c crm_verify -f
complete -c crm_verify -s 'x' -l xml-file -r -F -d 'Check a file ("-" is standard input)'
complete -c crm_verify -s 'X' -l xml-text -r -f -d 'Check this XML'
complete -c crm_verify -s 'p' -l xml-pipe -d 'Check standard input'
complete -c crm_verify -s 'L' -l live-check -d 'Check the running cluster\'s'
complete -c crm_verify -s 'S' -l save-xml -r -F -d 'Write what is checked to a file'
complete -c crm_verify -s 'q' -l quiet -d 'Do not show the result'
complete -c crm_verify -s '?' -l help -d 'Show this text'
complete -c crm_verify -l help-all -d 'Show all options'
complete -c crm_verify -s '$' -l version -d 'Show the version'
complete -c crm_verify -s 'V' -l verbose -d 'Show more messages (may be repeated)'
complete -c crm_verify -l output-as -r -f -a 'text xml none' -d 'Format of the output'
complete -c crm_verify -l output-to -r -F -d 'Write output to a file ("-" is standard output)'
