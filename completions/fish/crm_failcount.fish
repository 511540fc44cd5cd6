# Made from the tool's option table; BLESS=1 cargo test -p pcmk-cli --test generated
complete -c crm_failcount -f
complete -c crm_failcount -s 'G' -l query -d 'Show the fail count'
complete -c crm_failcount -s 'D' -l delete -d 'Forget recorded failures'
complete -c crm_failcount -s 'r' -l resource -r -f -d 'The resource (required)'
complete -c crm_failcount -s 'n' -l operation -r -f -d 'Failures of one operation only'
complete -c crm_failcount -s 'I' -l interval -r -f -d 'The operation\'s interval (0)'
complete -c crm_failcount -s 'N' -l node -r -f -d 'The node, by default this one'
complete -c crm_failcount -s 'q' -l quiet -d 'Show the number only'
complete -c crm_failcount -s 'V' -l verbose -d 'Show more messages'
complete -c crm_failcount -s '?' -l help -d 'Show this text'
complete -c crm_failcount -s '$' -l version -d 'Show the version'
