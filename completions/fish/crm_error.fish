# Made from the tool's option table; BLESS=1 cargo test -p pcmk-cli --test generated
complete -c crm_error -f
complete -c crm_error -s 'n' -l name -d 'Show the name, too'
complete -c crm_error -s 'l' -l list -d 'Show all numbers'
complete -c crm_error -s 'X' -l exit -d 'The numbers are exit statuses'
complete -c crm_error -s 'r' -l rc -d 'The numbers are return codes of functions'
complete -c crm_error -s '?' -l help -d 'Show this text'
complete -c crm_error -l help-all -d 'Show all options'
complete -c crm_error -s '$' -l version -d 'Show the version'
complete -c crm_error -s 'V' -l verbose -d 'Show more messages (may be repeated)'
complete -c crm_error -l output-as -r -f -a 'text xml none' -d 'Format of the output'
complete -c crm_error -l output-to -r -F -d 'Write output to a file ("-" is standard output)'
